/// Sign-in with an identity provider by OpenID Connect: [Provider] sends a browser there, and believes what it is told
/// of whoever comes back. Knows no accounts and no sessions.
@NullMarked
package io.ordersaga.coordinator.admin.access.oidc;

import org.jspecify.annotations.NullMarked;
