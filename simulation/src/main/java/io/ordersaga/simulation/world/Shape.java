package io.ordersaga.simulation.world;

/// How the steps of a saga depend on each other.
public enum Shape {
    SEQUENTIAL,
    CONCURRENT,
    ORDERED
}
