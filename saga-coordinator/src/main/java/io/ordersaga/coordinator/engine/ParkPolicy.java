package io.ordersaga.coordinator.engine;

/// When a saga is set aside instead of being asked about for ever.
///
/// Counted are rounds in a row that brought no definite answer: a round is one call, or all the calls that a
/// concurrent saga makes between two waits. An action of a saga with a `timeout_to_fail` parks nothing, since
/// that saga is rolled back when its time is up.
///
/// @param errorsMax parks after so many rounds in which a participant answered with an error, or in which a
///     compensation was refused; 0: never
/// @param unansweredMax parks after so many rounds with an unknown outcome of any kind; 0: never
public record ParkPolicy(int errorsMax, int unansweredMax) {

    /// A participant that answers nothing but errors is not waited for; one that is away is.
    public static final ParkPolicy DEFAULT = new ParkPolicy(20, 0);

    public static final ParkPolicy NEVER = new ParkPolicy(0, 0);

    public ParkPolicy {
        if (errorsMax < 0 || unansweredMax < 0) {
            throw new IllegalArgumentException(
                    "need numbers from 0, got errorsMax " + errorsMax + " and unansweredMax " + unansweredMax);
        }
    }

    boolean parks(Retrying retrying) {
        return (errorsMax > 0 && retrying.errors() >= errorsMax)
                || (unansweredMax > 0 && retrying.attempts() >= unansweredMax);
    }
}
