package io.ordersaga.coordinator.admin.access.oidc;

import io.ordersaga.saga.v1.Role;
import java.util.Optional;

/// Whom the provider vouched for.
///
/// @param issuer of the provider
/// @param subject who they are there, for ever: 1 to 255 characters of ASCII
/// @param displayName how they are called, 1 to 100 characters; nothing depends on it
/// @param role what they may do here; empty when nothing that is known of them lets them in
public record Person(String issuer, String subject, String displayName, Optional<Role> role) {}
