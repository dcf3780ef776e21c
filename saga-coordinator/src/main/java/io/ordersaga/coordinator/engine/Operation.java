package io.ordersaga.coordinator.engine;

import java.time.Duration;

/// What an operator decides about a transaction; [Operations] says where it is allowed.
///
/// - [Retry]: due at once, with the back-off begun anew. What is parked is released;
/// - [Pause], [Park]: left alone until [Resume], [Release];
/// - [RollBack]: rolled back from where it stands;
/// - [ForceBranch]: the action of a step counts as done. A roll-back still undoes the step;
/// - [SkipBranch]: the compensation of a step counts as done;
/// - [ExtendDeadline]: rolled back by itself later than it would be.
public sealed interface Operation {

    OperationKind kind();

    record Retry() implements Operation {
        @Override
        public OperationKind kind() {
            return OperationKind.RETRY;
        }
    }

    /// Left alone until it is resumed.
    ///
    /// @param why for people to read
    record Pause(String why) implements Operation {
        @Override
        public OperationKind kind() {
            return OperationKind.PAUSE;
        }
    }

    record Resume() implements Operation {
        @Override
        public OperationKind kind() {
            return OperationKind.RESUME;
        }
    }

    /// Set aside among what needs attention.
    ///
    /// @param why for people to read
    record Park(String why) implements Operation {
        @Override
        public OperationKind kind() {
            return OperationKind.PARK;
        }
    }

    record Release() implements Operation {
        @Override
        public OperationKind kind() {
            return OperationKind.RELEASE;
        }
    }

    record RollBack(Rejection why) implements Operation {
        @Override
        public OperationKind kind() {
            return OperationKind.ROLL_BACK;
        }
    }

    /// The action of a step counts as done.
    ///
    /// @param step from 0
    record ForceBranch(int step) implements Operation {
        @Override
        public OperationKind kind() {
            return OperationKind.FORCE_BRANCH;
        }
    }

    /// The compensation of a step counts as done.
    ///
    /// @param step from 0
    record SkipBranch(int step) implements Operation {
        @Override
        public OperationKind kind() {
            return OperationKind.SKIP_BRANCH;
        }
    }

    /// Rolled back by itself later.
    ///
    /// @param by from the deadline when it is still to come, from now when it has passed; positive
    record ExtendDeadline(Duration by) implements Operation {

        public ExtendDeadline {
            if (!by.isPositive()) {
                throw new IllegalArgumentException("a deadline is moved by a positive time, not by " + by);
            }
        }

        @Override
        public OperationKind kind() {
            return OperationKind.EXTEND_DEADLINE;
        }
    }
}
