package io.ordersaga.coordinator.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// This coordinator, as its operators see and steer it. Safe for any number of threads.
public interface LocalNode {

    /// How it is now.
    Report report();

    /// Leaves these participants alone from now on, and no others; calls under way come back.
    ///
    /// @param whyByAddress why, for people to read, by scheme, host and port
    void pauseTargets(Map<String, String> whyByAddress);

    /// Scheme, host and port of a branch's URL: what its target is called.
    String addressOf(String url);

    /// Whether the target of this URL is called by this node.
    Standing standingOf(String url);

    /// Whether a participant is called.
    enum Standing {
        CALLED,
        /// It did not answer of late.
        LEFT_ALONE,
        /// Operators want it left alone.
        PAUSED
    }

    /// Takes up no saga any more and hands over those it works on, or takes up sagas again.
    void drain(boolean wanted);

    /// How this node is.
    ///
    /// @param running sagas that it works on
    /// @param leases those of them that it holds
    /// @param limit sagas that it may take up at once
    /// @param claimAge how long ago it last looked for due sagas with success
    /// @param backlog sagas that were due and not worked on when they were last counted
    /// @param targets those that were called lately, the busiest first
    record Report(
            int running,
            int leases,
            int limit,
            Duration claimAge,
            long backlog,
            boolean draining,
            List<Target> targets) {

        public Report {
            targets = List.copyOf(targets);
        }
    }

    /// One participant's address.
    ///
    /// @param running calls under way
    /// @param queued calls that wait for their place
    /// @param limit calls that may be under way at once
    /// @param calls latest calls of which the following figures are made
    /// @param answered how many of them were answered, be it with a refusal
    /// @param p50 half of them took no longer
    /// @param p99 99 of 100 took no longer
    record Target(
            String address,
            Breaker breaker,
            int running,
            int queued,
            int limit,
            int calls,
            int answered,
            Duration p50,
            Duration p99) {}

    /// Whether a participant is called.
    enum Breaker {
        CLOSED,
        OPEN,
        HALF_OPEN
    }
}
