/// Deterministic simulation of the coordinator: the production engine, driver, claim loop, timers, back-off and
/// barrier on a virtual clock, with two or more coordinators, participants, clients and an operator, seeded
/// faults, and invariants that must hold all the same.
@NullMarked
package io.ordersaga.simulation;

import org.jspecify.annotations.NullMarked;
