package io.ordersaga.coordinator.engine;

/// Why an operation is not allowed.
public enum Denial {
    OVER("it is over"),
    NOT_OVER("it is not over yet"),
    PARKED("it is parked: nobody works on it"),
    NOT_PARKED("it is not parked"),
    PAUSED("it is paused; resume it first"),
    NOT_PAUSED("it is not paused"),
    ROLLING_BACK("it is being rolled back"),
    NOT_ROLLING_BACK("it is not being rolled back"),
    NO_WAY_BACK("it was decided that it goes on, and there is no way back from that"),
    CLIENT_DECIDES("its client has not decided yet whether it goes on"),
    SENDER_KNOWS("only its sender knows whether the message is to be delivered"),
    APPLICATION_DECIDES("its application decides what it does"),
    NO_DEADLINE("it has no deadline"),
    NO_SUCH_STEP("it has no such step"),
    STEP_DONE("that is done already"),
    STEP_NOT_REACHED("the step was never called, so there is nothing to undo"),
    STEP_NOT_DUE("other steps come before that, and are not done");

    private final String text;

    Denial(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
