package io.ordersaga.coordinator.engine;

/// Whether a step's action may have been called.
public enum Reach {
    /// It was not.
    NOT_CALLED,
    /// It may have been. A refusal of a step before it says that it was not: had that one succeeded earlier, it
    /// would say so.
    CALLED,
    /// It may have been, or will be: somebody decided about the saga while its owner was working on it, and the owner
    /// goes on until it notices. A refusal now says nothing about what the owner does next, so the step is
    /// compensated in any case, which also keeps a late action out.
    TAKEN
}
