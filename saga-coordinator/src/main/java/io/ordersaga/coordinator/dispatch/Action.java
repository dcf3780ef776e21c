package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import java.time.Instant;
import java.util.Optional;

/// What somebody has to do for a [SagaDriver] now, in this order.
///
/// - [Insert]: store the new saga; come back with [Input.Inserted] or [Input.StoreFailed];
/// - [Write]: store the state; come back with [Input.Written] or [Input.StoreFailed];
/// - [WriteLater]: store the state, some time;
/// - [Call]: call, unless the lease is over by then ([SagaDriver#mayCall], else [Input.LeaseLost]); come back
///   with [Input.Answered]. Several may be out at once;
/// - [Answer]: tell whoever handed the saga in; nobody may be waiting;
/// - [Release]: nothing more to do here: the saga is over, waits until `due`, or was never ours. What was
///   written last, if anything, gives up its lease;
/// - [HandOver]: nothing more to do here, but elsewhere at once: give up the lease;
/// - [Lost]: nothing more to do here: the saga is or may soon be somebody else's.
public sealed interface Action {

    record Insert(Saga saga) implements Action {}

    record Write(Lease lease, Saga saga) implements Action {}

    record WriteLater(Lease lease, Saga saga) implements Action {}

    record Call(BranchCall call) implements Action {}

    record Answer(SubmitAnswer answer) implements Action {}

    record Release(Optional<Instant> due) implements Action {}

    record HandOver(Lease lease) implements Action {}

    record Lost(String why) implements Action {}
}
