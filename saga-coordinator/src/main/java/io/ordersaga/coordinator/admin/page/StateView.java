package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.Hold;
import io.ordersaga.saga.v1.TransactionStatus;
import io.ordersaga.saga.v1.TransactionSummary;

/// A state as it is shown: a word, a colour and a shape, so that none of them is needed alone.
///
/// @param name of the text `state.<name>`
/// @param tone of the classes `is-<tone>` and `fill-<tone>`
/// @param shape of the symbol `s-<shape>`
record StateView(String name, String tone, String shape) {

    static final StateView PARKED = new StateView("parked", "park", "park");
    static final StateView PAUSED = new StateView("paused", "calm", "pause");
    static final StateView OTHER = new StateView("unknown", "calm", "calm");

    static StateView of(TransactionSummary transaction) {
        return transaction.getParked() ? PARKED : of(transaction.getStatus());
    }

    static StateView of(TransactionStatus.Value status, Hold.Kind hold) {
        return switch (hold) {
            case PARKED -> PARKED;
            case PAUSED -> PAUSED;
            case KIND_UNSPECIFIED, NOT_HELD, UNRECOGNIZED -> of(status);
        };
    }

    static StateView of(TransactionStatus.Value status) {
        return switch (status) {
            case PREPARED -> new StateView("prepared", "calm", "calm");
            case SUBMITTED -> new StateView("running", "run", "run");
            case ABORTING -> new StateView("rollingback", "back", "back");
            case SUCCEEDED -> new StateView("succeeded", "ok", "ok");
            case FAILED -> new StateView("rolledback", "undone", "undone");
            case STATUS_UNSPECIFIED, UNRECOGNIZED -> OTHER;
        };
    }

    /// Of a call, by the API's word for what came of it.
    static StateView ofOutcome(String outcome) {
        return switch (outcome) {
            case "succeeded" -> new StateView("call.succeeded", "ok", "ok");
            case "refused" -> new StateView("call.refused", "park", "park");
            case "ongoing" -> new StateView("call.ongoing", "run", "run");
            case "unknown" -> new StateView("call.unknown", "back", "calm");
            default -> OTHER;
        };
    }
}
