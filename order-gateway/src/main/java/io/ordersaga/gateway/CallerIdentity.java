package io.ordersaga.gateway;

import io.grpc.Metadata;
import io.ordersaga.transcoder.transcoding.BadRequestException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells services who is asking. This is the one place that decides it, and today it believes two headers: whoever
/// stands in front of the gateway has to set or remove them. Metadata of these names comes from nowhere else, since
/// other headers pass by an allow-list that cannot name them.
final class CallerIdentity {
    static final String USER_ID_HEADER = "X-User-Id";
    static final String USER_ROLES_HEADER = "X-User-Roles";

    private static final Metadata.Key<String> USER_ID =
            Metadata.Key.of("ordersaga-user-id", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> USER_ROLES =
            Metadata.Key.of("ordersaga-user-roles", Metadata.ASCII_STRING_MARSHALLER);

    /// Not the form of our own programs' names, which nobody from outside may bear.
    private static final Pattern USER_ID_FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final Pattern ROLES_FORM =
            Pattern.compile("(customer|staff|admin)( ?, ?(customer|staff|admin)){0,9}");

    private CallerIdentity() {}

    /// Adds what the request says, or nothing when it says nothing.
    static void addTo(Metadata metadata, HttpServletRequest request) throws BadRequestException {
        @Nullable String userId = request.getHeader(USER_ID_HEADER);
        if (userId != null) {
            if (!USER_ID_FORM.matcher(userId).matches()) {
                throw BadRequestException.of(
                        USER_ID_HEADER, "expected 1 to 64 letters, digits, underscores and hyphens");
            }
            metadata.put(USER_ID, userId);
        }
        @Nullable String roles = request.getHeader(USER_ROLES_HEADER);
        if (roles != null) {
            if (!ROLES_FORM.matcher(roles).matches()) {
                throw BadRequestException.of(
                        USER_ROLES_HEADER, "expected customer, staff and admin, separated by commas");
            }
            metadata.put(USER_ROLES, roles);
        }
    }
}
