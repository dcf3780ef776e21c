package io.ordersaga.coordinator.admin;

import io.ordersaga.coordinator.admin.access.AccessSettings;
import io.ordersaga.coordinator.admin.alert.AlertSettings;
import io.ordersaga.coordinator.admin.operation.OperationSettings;
import io.ordersaga.coordinator.admin.page.PageSettings;
import io.ordersaga.coordinator.admin.query.MaskingSettings;
import io.ordersaga.coordinator.admin.query.QuerySettings;
import io.ordersaga.coordinator.admin.retention.RetentionSettings;
import io.ordersaga.coordinator.admin.view.ViewSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// The operators' desk: `ordersaga.coordinator.admin`.
///
/// @param readOnly whether everything that needs more than the role viewer is refused, whoever asks
/// @param access who may ask
/// @param operation batches, and how nodes hear of each other
/// @param query how much one question may cost
/// @param masking what nobody sees of payloads, headers and addresses
/// @param retention how finished transactions are purged
/// @param http the API over HTTP
/// @param alert when others are told of trouble
/// @param page the page in a browser
/// @param view what accounts keep about how they look at transactions
public record AdminSettings(
        @DefaultValue("false") boolean readOnly,
        @DefaultValue AccessSettings access,
        @DefaultValue OperationSettings operation,
        @DefaultValue QuerySettings query,
        @DefaultValue MaskingSettings masking,
        @DefaultValue RetentionSettings retention,
        @DefaultValue Http http,
        @DefaultValue AlertSettings alert,
        @DefaultValue PageSettings page,
        @DefaultValue ViewSettings view) {

    public AdminSettings {
        if (page.selectDeadline().compareTo(operation.selectMax()) <= 0) {
            throw new IllegalArgumentException("ordersaga.coordinator.admin.page.select-deadline must be longer than"
                    + " ordersaga.coordinator.admin.operation.select-max");
        }
    }

    /// The API over HTTP.
    ///
    /// @param bodyMax of a request's body; more is answered 413
    /// @param jsonDepth how deep a body's JSON may be nested
    /// @param deadline of a call that does not say how long it may take
    /// @param deadlineMax of one that does, in `X-Request-Timeout-Ms`; the server's own
    ///     `ordersaga.grpc.call-time-limit` still counts
    public record Http(
            @DefaultValue("256KB") DataSize bodyMax,
            @DefaultValue("32") int jsonDepth,
            @DefaultValue("10s") Duration deadline,
            @DefaultValue("30s") Duration deadlineMax) {

        public Http {
            if (bodyMax.toBytes() < 1024 || bodyMax.toBytes() > Integer.MAX_VALUE / 2) {
                throw new IllegalArgumentException("ordersaga.coordinator.admin.http.body-max must not be " + bodyMax);
            }
            if (jsonDepth < 1 || !deadline.isPositive() || deadline.compareTo(deadlineMax) > 0) {
                throw new IllegalArgumentException(
                        "need ordersaga.coordinator.admin.http.json-depth > 0 and 0 < " + "deadline <= deadline-max");
            }
        }
    }
}
