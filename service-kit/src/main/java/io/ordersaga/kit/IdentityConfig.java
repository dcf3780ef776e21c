package io.ordersaga.kit;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Who a caller is that does not say.
///
/// @param anonymousRoles what a call without identity may do: nothing, unless a development set-up says otherwise
@ConfigurationProperties("ordersaga.identity")
public record IdentityConfig(@DefaultValue Set<Role> anonymousRoles) {
    public IdentityConfig {
        anonymousRoles = Set.copyOf(anonymousRoles);
    }
}
