package io.ordersaga.coordinator.admin;

import io.ordersaga.coordinator.admin.access.AccessSettings;
import io.ordersaga.coordinator.admin.operation.OperationSettings;
import io.ordersaga.coordinator.admin.page.PageSettings;
import io.ordersaga.coordinator.admin.query.MaskingSettings;
import io.ordersaga.coordinator.admin.query.QuerySettings;
import io.ordersaga.coordinator.admin.retention.RetentionSettings;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The operators' desk: `ordersaga.coordinator.admin`.
///
/// @param readOnly whether everything that needs more than the role viewer is refused, whoever asks
/// @param access who may ask
/// @param operation batches, and how nodes hear of each other
/// @param query how much one question may cost
/// @param masking what nobody sees of payloads, headers and addresses
/// @param retention how finished transactions are purged
/// @param page the page in a browser
public record AdminSettings(
        @DefaultValue("false") boolean readOnly,
        @DefaultValue AccessSettings access,
        @DefaultValue OperationSettings operation,
        @DefaultValue QuerySettings query,
        @DefaultValue MaskingSettings masking,
        @DefaultValue RetentionSettings retention,
        @DefaultValue PageSettings page) {}
