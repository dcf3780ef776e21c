package io.ordersaga.coordinator.admin;

import io.ordersaga.coordinator.admin.access.AccessSettings;
import io.ordersaga.coordinator.admin.operation.OperationSettings;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The operators' desk: `ordersaga.coordinator.admin`.
///
/// @param readOnly whether everything that needs more than the role viewer is refused, whoever asks
/// @param access who may ask
/// @param operation batches, and how nodes hear of each other
public record AdminSettings(
        @DefaultValue("false") boolean readOnly,
        @DefaultValue AccessSettings access,
        @DefaultValue OperationSettings operation) {}
