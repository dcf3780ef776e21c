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

    record Unknown(String cause) implements BranchOutcome {}

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
