package io.ordersaga.simulation.world;

import java.util.Optional;

/// How the run of one seed ended.
///
/// @param hash of everything that happened
/// @param micros virtual time that passed
/// @param events things that happened
/// @param broken what should not have happened; the run ends there
public record Outcome(
        long seed, long hash, long micros, long events, Coverage coverage, Optional<InvariantBroken> broken) {}
