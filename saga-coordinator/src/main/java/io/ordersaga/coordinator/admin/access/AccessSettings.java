package io.ordersaga.coordinator.admin.access;

import org.springframework.boot.context.properties.bind.DefaultValue;

/// Who may use the operators' API: `ordersaga.coordinator.admin.access`.
///
/// @param enforced whether callers must say who they are. May be false only in the profile `dev`; then everybody is an
///     admin
public record AccessSettings(@DefaultValue("true") boolean enforced) {}
