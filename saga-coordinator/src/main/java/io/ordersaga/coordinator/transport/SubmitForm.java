package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A transaction as it came in, over whichever transport; nothing in it is checked yet.
///
/// @param options in seconds, as DTM counts them
record SubmitForm(
        String gid,
        String transType,
        Protocol protocol,
        List<StepForm> steps,
        List<Bytes> payloads,
        String customData,
        Map<String, String> branchHeaders,
        OptionsForm options,
        MoreForm more) {

    /// @param data the payload where clients before DTM 1.10 put it
    record StepForm(String action, String compensate, Optional<Bytes> data) {}

    record OptionsForm(long retryInterval, long requestTimeout, long timeoutToFail, long retryLimit) {}

    /// What only some modes or methods look at.
    ///
    /// @param waitResult whether the caller wants to hear how it ends
    /// @param concurrent whether a message goes to all at once; of no meaning in a saga, whose word is in its
    ///     `custom_data`
    /// @param rollbackReason of an abort
    /// @param reqExtra how a workflow ended
    record MoreForm(
            boolean waitResult,
            boolean concurrent,
            String queryPrepared,
            String rollbackReason,
            Map<String, String> reqExtra) {}

    /// A branch that an application registers.
    ///
    /// @param data the strings that DTM's clients send: `confirm` and `cancel`, `url`, or `op` and `status`
    record BranchForm(String gid, String transType, String branchId, Map<String, String> data, Bytes payload) {}
}
