package io.ordersaga.bench.scenario;

/// One or several lines of the table of figures.
public interface Scenario {
    /// A word that selects it on the command line.
    String name();

    /// Measures, and adds its figures and its audit to the bench's report.
    void run(Bench bench);
}
