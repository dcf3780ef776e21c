package io.ordersaga.coordinator.engine;

/// The answer of a branch, as far as there was one.
///
/// - [Succeeded]: done, and done for good;
/// - [Refused]: a business "no"; an action's refusal rolls the saga back;
/// - [Ongoing]: the participant is still working, ask again later;
/// - [Unknown]: anything else. The call may or may not have had its effect, so the only safe move is to repeat
///   it.
public sealed interface BranchOutcome {

    record Succeeded() implements BranchOutcome {}

    record Refused(Rejection rejection) implements BranchOutcome {}

    record Ongoing() implements BranchOutcome {}

    /// No answer that says what happened.
    ///
    /// @param cause for people to read
    /// @param trouble what kind of cause it is: repeating helps against some kinds and not against others
    record Unknown(String cause, Trouble trouble) implements BranchOutcome {}

    /// Why an outcome is unknown.
    ///
    /// - `NOT_CALLED`: nobody called the participant: it is left alone for the moment, or has too much to do;
    /// - `TARGET_PAUSED`: nobody called it, because an operator wants it left alone. It says nothing about it, and
    ///   is no attempt;
    /// - `UNREACHABLE`: it could not be reached;
    /// - `NO_ANSWER`: it was called, and the connection or the time ended without an answer;
    /// - `ERROR`: it answered, with something that is no result. Repeating seldom helps.
    enum Trouble {
        NOT_CALLED,
        TARGET_PAUSED,
        UNREACHABLE,
        NO_ANSWER,
        ERROR
    }

    /// One word for logs and counters.
    default String word() {
        return switch (this) {
            case Succeeded _ -> "succeeded";
            case Refused _ -> "refused";
            case Ongoing _ -> "ongoing";
            case Unknown _ -> "unknown";
        };
    }
}
