package io.ordersaga.coordinator.engine;

/// One step of a saga: two URLs that get the same payload. An empty URL succeeds without a call.
///
/// The other modes see other things in the two sides: `msg` has actions only, `tcc` confirms with the action and
/// cancels with the compensation, `xa` commits and rolls back.
public record Step(String action, String compensation, Bytes payload, BranchLabel label) {

    public Step(String action, String compensation, Bytes payload) {
        this(action, compensation, payload, BranchLabel.NONE);
    }

    /// What the coordinator asks the application, when the application does not come by itself.
    public static Step checkBack(String url, String op, Bytes payload) {
        return new Step(url, "", payload, BranchLabel.checkBack(op));
    }

    public boolean isCheckBack() {
        return label.isCheckBack();
    }

    String url(Op op) {
        return switch (op) {
            case ACTION -> action;
            case COMPENSATION -> compensation;
        };
    }
}
