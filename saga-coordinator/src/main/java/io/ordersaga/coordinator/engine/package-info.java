/// What a saga does next, decided without doing it.
///
/// Nothing here starts a thread, reads a clock or touches a network: [Engine#step] takes a state, an event and
/// the time, and gives back the next state and the effects that somebody else carries out. Production
/// interprets the effects with virtual threads, JDBC and gRPC; a simulation can interpret the same ones on a
/// virtual clock.
///
/// The interfaces that the outside implements ([SagaStore], [SagaArchive], [BranchCaller], [Submissions]) live
/// here too, so that the packages around the engine need not know each other.
@NullMarked
package io.ordersaga.coordinator.engine;

import org.jspecify.annotations.NullMarked;
