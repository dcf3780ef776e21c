package io.ordersaga.simulation.planted;

import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.SagaStore.Insertion;
import io.ordersaga.simulation.store.Row;
import io.ordersaga.simulation.store.SimStore;
import io.ordersaga.simulation.store.StoreObserver;
import io.ordersaga.simulation.world.Parts;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/// What a store could get wrong about sagas.
final class StoreFaults {

    private StoreFaults() {}

    static final class NoFencing extends Parts {
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected boolean holds(Row row, Lease held) {
                    return true;
                }
            };
        }
    }

    static final class OperatorKeepsEpoch extends Parts {
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected long epochOfTakeOver(Row row) {
                    return row.epoch();
                }
            };
        }
    }

    static final class OperatorSeesAll extends Parts {
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected boolean isUnderWay(Row row) {
                    return false;
                }
            };
        }
    }

    static final class ResubmitOverwrites extends Parts {
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected Insertion known(Row row, SagaDefinition submitted) {
                    boolean same = row.digest().equals(submitted.digest());
                    if (same && !row.status().isTerminal()) {
                        row.replaceBy(submitted);
                    }
                    return super.known(row, submitted);
                }
            };
        }
    }

    static final class OtherBodyTaken extends Parts {
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected Insertion known(Row row, SagaDefinition submitted) {
                    return new Insertion.Known(row.status(), true);
                }
            };
        }
    }

    static final class ClaimKeepsEpoch extends Parts {
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected long epochOfClaim(Row row) {
                    return row.epoch();
                }
            };
        }
    }

    static final class LeaseByNodeClock extends Parts {
        private static final Instant BASE = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected long endOfLease(Caller caller) {
                    return micros(Duration.between(BASE, caller.now())) + leaseMicros();
                }
            };
        }
    }

    static final class LazyOutOfOrder extends Parts {
        @Override
        public boolean keepsWritesInOrder() {
            return false;
        }

        /// The second guard against it would hide that the first is gone.
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected boolean goesBack(Row row, Saga saga) {
                    return false;
                }
            };
        }
    }

    static final class ParkedAndForgotten extends Parts {
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected void write(Caller caller, Row row, Saga saga) {
                    super.write(caller, row, saga);
                    row.forgetWhyParked();
                }
            };
        }
    }

    static final class RetryLost extends Parts {
        private static final int SECOND = 2;

        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected void write(Caller caller, Row row, Saga saga) {
                    super.write(caller, row, saga);
                    if (saga.retrying().due().isPresent() && saga.retrying().attempts() == SECOND) {
                        row.forgetDue();
                    }
                }
            };
        }
    }

    static final class ReleaseForgets extends Parts {
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected void released(Row row) {
                    super.released(row);
                    row.forgetProgress();
                }
            };
        }
    }

    static final class TerminalOverwritten extends Parts {
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected boolean holds(Row row, Lease held) {
                    return super.holds(row, held)
                            || row.status() == SagaStatus.SUCCEEDED
                            || row.status() == SagaStatus.FAILED;
                }

                @Override
                protected boolean goesBack(Row row, Saga saga) {
                    return false;
                }
            };
        }
    }

    static final class OldBuildClaimsAll extends Parts {
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected boolean mayRead(Row row, Caller caller) {
                    return true;
                }
            };
        }
    }

    static final class AttemptsForgotten extends Parts {
        @Override
        public SimStore store(LongSupplier clock, Duration lease, StoreObserver observer) {
            return new SimStore(clock, lease, observer) {
                @Override
                protected void write(Caller caller, Row row, Saga saga) {
                    super.write(caller, row, saga);
                    row.forgetAttempts();
                }
            };
        }
    }
}
