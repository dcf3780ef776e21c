package io.ordersaga.bench.scenario;

/// One or several lines of the table of figures.
public interface Scenario {
    /// A word that selects it on the command line.
    String name();

    /// Whether it is a part of the short table; otherwise it has to be asked for, or is in the full one.
    default boolean isQuick() {
        return true;
    }

    /// Measures, and adds its figures and its audit to the bench's report.
    void run(Bench bench);
}
