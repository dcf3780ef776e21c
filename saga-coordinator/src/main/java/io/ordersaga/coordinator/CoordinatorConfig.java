package io.ordersaga.coordinator;

import io.ordersaga.coordinator.admin.AdminSettings;
import io.ordersaga.coordinator.dispatch.DispatchSettings;
import io.ordersaga.coordinator.dispatch.TargetSettings;
import io.ordersaga.coordinator.engine.ParkPolicy;
import io.ordersaga.coordinator.engine.PreparedWaits;
import io.ordersaga.coordinator.store.StoreSettings;
import io.ordersaga.coordinator.transport.AllowList;
import io.ordersaga.coordinator.transport.CallSettings;
import io.ordersaga.coordinator.transport.ConnectionSettings;
import io.ordersaga.coordinator.transport.DtmAlertSettings;
import io.ordersaga.coordinator.transport.RefusalSettings;
import io.ordersaga.coordinator.transport.SubmitLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The coordinator's settings. A key that is not one of them keeps the program from starting.
///
/// @param retry how long sagas wait before they ask again
/// @param dispatch how much runs at once, and how soon what was left lying is found
/// @param targets how much of this node one participant may take
/// @param parking when a saga is set aside instead of being asked about for ever
/// @param strict whether every step of a saga is awaited until it is on disk. Costs a commit for each, and
///     changes no outcome: without it a crash repeats calls that participants know already
/// @param calls how participants are called
/// @param limits what may be submitted
/// @param refusals how submits are refused while there is too much to do
/// @param dtmQuirks whether what is kept only for DTM's clients is kept; see docs/dtm-compatibility.md
/// @param connections how many connections clients may have
/// @param dtmAlert who is told of failing calls as DTM tells it
/// @param allowed which addresses branches may have
/// @param prepared how long a transaction may stay prepared
/// @param store how writes are gathered into transactions
/// @param admin the operators' API and page
@ConfigurationProperties(prefix = "ordersaga.coordinator", ignoreUnknownFields = false)
public record CoordinatorConfig(
        @DefaultValue Retry retry,
        @DefaultValue DispatchSettings dispatch,
        @DefaultValue TargetSettings targets,
        @DefaultValue Parking parking,
        @DefaultValue("false") boolean strict,
        @DefaultValue CallSettings calls,
        @DefaultValue SubmitLimits limits,
        @DefaultValue RefusalSettings refusals,
        @DefaultValue("true") boolean dtmQuirks,
        @DefaultValue ConnectionSettings connections,
        @DefaultValue DtmAlertSettings dtmAlert,
        @DefaultValue AllowList allowed,
        @DefaultValue Prepared prepared,
        @DefaultValue StoreSettings store,
        @DefaultValue AdminSettings admin) {

    /// The waits.
    ///
    /// @param base interval of a saga that asks for none; doubled before the first retry and with each further
    ///     one
    /// @param cap longest wait, so that a participant that is back is noticed
    public record Retry(
            @DefaultValue("1s") Duration base,
            @DefaultValue("10s") Duration cap) {

        public Retry {
            if (!base.isPositive() || cap.compareTo(base) < 0) {
                throw new IllegalArgumentException("need 0 < ordersaga.coordinator.retry.base <= "
                        + "ordersaga.coordinator.retry.cap, got " + base + " and " + cap);
            }
        }
    }

    /// How long a transaction may stay prepared before the coordinator does something about it by itself.
    ///
    /// @param timeout of one that names no `timeout_to_fail`: then a message's sender is asked, and a tcc or xa
    ///     transaction is aborted
    /// @param callback after so long without an end, a workflow's application is called back
    public record Prepared(
            @DefaultValue("35s") Duration timeout,
            @DefaultValue("10s") Duration callback) {

        public Prepared {
            if (!timeout.isPositive() || !callback.isPositive()) {
                throw new IllegalArgumentException("ordersaga.coordinator.prepared.timeout and "
                        + "ordersaga.coordinator.prepared.callback must be positive");
            }
        }

        PreparedWaits waits() {
            return new PreparedWaits(timeout, callback);
        }
    }

    /// When a saga is parked; see [ParkPolicy].
    ///
    /// @param errorsMax after so many errors in a row; 0: never
    /// @param unansweredMax after so many calls in a row with an unknown outcome of any kind; 0: never
    public record Parking(
            @DefaultValue("20") int errorsMax,
            @DefaultValue("0") int unansweredMax) {

        public Parking {
            if (errorsMax < 0 || unansweredMax < 0) {
                throw new IllegalArgumentException("ordersaga.coordinator.parking.errors-max and "
                        + "ordersaga.coordinator.parking.unanswered-max must not be negative");
            }
        }

        ParkPolicy policy() {
            return new ParkPolicy(errorsMax, unansweredMax);
        }
    }
}
