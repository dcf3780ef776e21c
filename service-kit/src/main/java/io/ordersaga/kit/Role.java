package io.ordersaga.kit;

import java.util.Locale;
import java.util.Optional;

/// What a caller may do, beside what anybody may.
public enum Role {
    /// Sees and changes what is theirs.
    CUSTOMER,
    /// Sees and changes what is anybody's.
    STAFF,
    /// Staff who also run the system.
    ADMIN;

    /// The name in metadata: `customer`, `staff` or `admin`.
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Role> of(String text) {
        for (Role role : values()) {
            if (role.text().equals(text)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
