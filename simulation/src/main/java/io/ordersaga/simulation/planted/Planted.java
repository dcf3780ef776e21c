package io.ordersaga.simulation.planted;

import io.ordersaga.simulation.world.Parts;

/// The planted faults.
public enum Planted {
    ACTION_WITHOUT_BARRIER("an action does its work whenever it is called", new GuardFaults.ActionWithoutBarrier()),
    NO_NULL_COMPENSATION("a compensation undoes what was never done", new GuardFaults.NoNullCompensation()),
    NO_ANTI_SUSPENSION(
            "an action that comes after its compensation is carried out", new GuardFaults.NoAntiSuspension()),
    TWO_TRANSACTIONS("the barrier's row and the work are two transactions", new GuardFaults.TwoTransactions()),
    COMPENSATION_REPEATED("a compensation undoes whenever it is called", new GuardFaults.CompensationRepeated()),
    KEYS_CUT("the barrier's keys are cut after 16 characters", new GuardFaults.KeysCut()),
    KEYS_WITHOUT_CASE("the barrier's keys know no case", new GuardFaults.KeysWithoutCase()),
    LOCK_WAIT_SWALLOWED("work goes on after 1205", new GuardFaults.ErrorSwallowed(1205)),
    DEADLOCK_SWALLOWED("work goes on after 1213", new GuardFaults.ErrorSwallowed(1213)),
    NO_FENCING("a write does not ask for its epoch", new StoreFaults.NoFencing()),
    RESUBMIT_OVERWRITES("a second submit takes the place of the first", new StoreFaults.ResubmitOverwrites()),
    OTHER_BODY_TAKEN("other content under a known gid is said to be accepted", new StoreFaults.OtherBodyTaken()),
    OPERATOR_KEEPS_EPOCH(
            "an operator's decision leaves the saga with whoever works on it", new StoreFaults.OperatorKeepsEpoch()),
    OPERATOR_SEES_ALL("an operator takes what is stored for all that was called", new StoreFaults.OperatorSeesAll()),
    CLAIM_KEEPS_EPOCH("a claim does not raise the epoch", new StoreFaults.ClaimKeepsEpoch()),
    LEASE_BY_NODE_CLOCK("leases end by the clock of the node", new StoreFaults.LeaseByNodeClock()),
    LAZY_OUT_OF_ORDER("a lazy write may land after the awaited one behind it", new StoreFaults.LazyOutOfOrder()),
    PARKED_AND_FORGOTTEN("a parked saga has no reason and nobody sees it", new StoreFaults.ParkedAndForgotten()),
    RETRY_LOST("after the second retry nobody comes back", new StoreFaults.RetryLost()),
    RELEASE_FORGETS("releasing a saga forgets what was done", new StoreFaults.ReleaseForgets()),
    TERMINAL_OVERWRITTEN("a late write may change a saga that is over", new StoreFaults.TerminalOverwritten()),
    OLD_BUILD_CLAIMS_ALL("an old build claims what it cannot read", new StoreFaults.OldBuildClaimsAll()),
    ATTEMPTS_FORGOTTEN("attempts are not stored, so nothing is ever parked", new StoreFaults.AttemptsForgotten()),
    UNKNOWN_IS_REFUSED("no answer is taken for a refusal", new DriverFaults.UnknownIsRefused()),
    UNKNOWN_IS_UNDONE("a compensation without an answer is taken for done", new DriverFaults.UnknownIsUndone()),
    ONGOING_IS_DONE("still working is taken for done", new DriverFaults.OngoingIsDone()),
    ACCEPTED_BEFORE_STORED("the client hears of the saga before it is stored", new DriverFaults.AcceptedBeforeStored()),
    DECISION_NOT_AWAITED("the decision to roll back is written lazily", new DriverFaults.DecisionNotAwaited()),
    SUCCESS_NOT_AWAITED("a success that may end otherwise is written lazily", new DriverFaults.SuccessNotAwaited()),
    RESUMED_AS_IF_NOT_CALLED(
            "a saga whose owner died goes on as if it had waited", new DriverFaults.ResumedAsWaiting()),
    ORDERS_IGNORED("steps do not wait for each other", new DriverFaults.OrdersIgnored()),
    UNDONE_WITHOUT_ORDER("compensations do not wait for each other", new DriverFaults.UndoneWithoutOrder()),
    CLOCK_THAT_JUMPS("a node's clock jumps while it works", new DriverFaults.ClockThatJumps());

    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // parts have no state
    private final Parts parts;

    Planted(String text, Parts parts) {
        this.text = text;
        this.parts = parts;
    }

    public String text() {
        return text;
    }

    public Parts parts() {
        return parts;
    }
}
