package io.ordersaga.coordinator.admin.access.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.ordersaga.saga.v1.Role;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads ID tokens, and believes only those that the provider signed with one of its public keys, for us, now and for
/// this sign-in. Thread-safe.
final class IdTokens {
    /// No others: `none` proves nothing, and with a shared secret our own copy of it would do.
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

    private static final int SUBJECT_LENGTH_MAX = 255;
    private static final int NAME_LENGTH_MAX = 100;

    private final OidcSettings settings;

    IdTokens(OidcSettings settings) {
        this.settings = settings;
    }

    /// @throws ProviderFailure TOKEN_INVALID, or UNAVAILABLE when the keys could not be asked for
    Person read(String token, String nonce, JWKSource<SecurityContext> keys) {
        JWTClaimsSet claims = verified(token, keys);
        if (!Proof.same(text(claims.getClaim("nonce")), nonce)) {
            throw invalid("is the answer to another sign-in", null);
        }
        Object party = claims.getClaim("azp");
        if (party != null
                ? !party.equals(settings.clientId())
                : claims.getAudience().size() > 1) {
            throw invalid("was made for somebody else", null);
        }
        String subject = text(claims.getSubject());
        if (subject.isEmpty()
                || subject.length() > SUBJECT_LENGTH_MAX
                || !subject.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            throw invalid("has no usable subject", null);
        }
        return new Person(settings.issuer(), subject, displayName(claims, subject), role(claims));
    }

    private JWTClaimsSet verified(String token, JWKSource<SecurityContext> keys) {
        DefaultJWTClaimsVerifier<SecurityContext> verifier = new DefaultJWTClaimsVerifier<>(
                settings.clientId(),
                new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                Set.of("sub", "iat", "exp", "nonce"));
        verifier.setMaxClockSkew((int) settings.clockSkew().toSeconds());
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
        processor.setJWTClaimsSetVerifier(verifier);
        try {
            return processor.process(token, null);
        } catch (RemoteKeySourceException e) {
            throw new ProviderFailure(
                    ProviderFailure.Kind.UNAVAILABLE, "the provider's keys could not be asked for", e);
        } catch (ParseException | BadJOSEException | JOSEException e) {
            throw invalid("is not to be believed: " + e.getMessage(), e);
        }
    }

    private Optional<Role> role(JWTClaimsSet claims) {
        Object found = claims.getClaim(settings.rolesClaim());
        if (found == null) {
            found = inside(claims.getClaims(), settings.rolesClaim());
        }
        List<?> groups = switch (found) {
            case List<?> several -> several;
            case String one -> List.of(one);
            case null, default -> List.of();
        };
        OidcSettings.Roles roles = settings.roles();
        if (roles.admin().stream().anyMatch(groups::contains)) {
            return Optional.of(Role.ADMIN);
        }
        if (roles.operator().stream().anyMatch(groups::contains)) {
            return Optional.of(Role.OPERATOR);
        }
        return roles.viewer().stream().anyMatch(groups::contains) ? Optional.of(Role.VIEWER) : Optional.empty();
    }

    private static @Nullable Object inside(Map<String, Object> claims, String path) {
        Object found = claims;
        for (String name : path.split("\\.", -1)) {
            found = found instanceof Map<?, ?> object ? object.get(name) : null;
        }
        return found;
    }

    private String displayName(JWTClaimsSet claims, String subject) {
        for (String name : List.of(settings.nameClaim(), "email", "name")) {
            String shown = text(claims.getClaim(name)).replaceAll("\\p{C}", "").strip();
            if (!shown.isEmpty()) {
                int length = shown.codePointCount(0, shown.length());
                return length <= NAME_LENGTH_MAX
                        ? shown
                        : shown.substring(0, shown.offsetByCodePoints(0, NAME_LENGTH_MAX));
            }
        }
        return subject.substring(0, Math.min(subject.length(), NAME_LENGTH_MAX));
    }

    private static String text(@Nullable Object claim) {
        return claim instanceof String text ? text : "";
    }

    private static ProviderFailure invalid(String what, @Nullable Throwable cause) {
        return new ProviderFailure(ProviderFailure.Kind.TOKEN_INVALID, "the ID token " + what, cause);
    }
}
