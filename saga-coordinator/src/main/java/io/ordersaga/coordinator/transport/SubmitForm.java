package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A submit as it came in, over whichever transport; nothing in it is checked yet.
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
        OptionsForm options) {

    /// @param data the payload where clients before DTM 1.10 put it
    record StepForm(String action, String compensate, Optional<Bytes> data) {}

    record OptionsForm(long retryInterval, long requestTimeout, long timeoutToFail, long retryLimit) {}
}
