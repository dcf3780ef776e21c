package io.ordersaga.coordinator.engine;

import java.time.Instant;

/// What somebody has to do now; the effects of one transition are carried out in their order.
///
/// - [Persist]: write the state;
/// - [CallBranch]: call, and come back with [Event.BranchAnswered];
/// - [WakeAt]: let go of the saga and come back with [Event.TimerFired];
/// - [Park]: let go of the saga. Nobody comes back to it until somebody releases it;
/// - [AnswerSubmitter]: tell whoever waits for it; nobody may be waiting;
/// - [Finish]: the saga is over.
///
/// Several calls may be outstanding at once; [WakeAt], [Park] and [Finish] come only when none is.
public sealed interface Effect {

    record Persist(Durability durability) implements Effect {}

    record CallBranch(BranchCall call) implements Effect {}

    record WakeAt(Instant instant) implements Effect {}

    record Park() implements Effect {}

    record AnswerSubmitter(SubmitAnswer answer) implements Effect {}

    record Finish() implements Effect {}

    /// What a write must have reached before the effects after it begin.
    ///
    /// - `AWAITED`: the disk. Only two facts need it: the submitted saga before its answer, and the decision to
    ///   roll back before the first compensation. So does the success of a saga that has a deadline or a limit of
    ///   retries, for a repetition might fail; and that a saga is parked, since nobody would look again;
    /// - `LAZY`: nothing. Losing it repeats an idempotent call and changes no outcome.
    enum Durability {
        AWAITED,
        LAZY
    }
}
