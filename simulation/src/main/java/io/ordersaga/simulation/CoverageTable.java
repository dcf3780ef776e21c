package io.ordersaga.simulation;

import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.simulation.world.Coverage;
import io.ordersaga.simulation.world.FaultKind;
import io.ordersaga.simulation.world.Shape;
import java.io.PrintStream;
import java.util.Locale;

/// How often each fault met each kind of saga, for people.
final class CoverageTable {

    private final Coverage coverage;

    CoverageTable(Coverage coverage) {
        this.coverage = coverage;
    }

    void print(PrintStream out) {
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%-20s %10s", "fault", "strikes"));
        for (SagaStatus status : SagaStatus.values()) {
            head.append(String.format(Locale.ROOT, " %26s", status));
        }
        out.println(head);
        for (FaultKind kind : FaultKind.values()) {
            StringBuilder line =
                    new StringBuilder(String.format(Locale.ROOT, "%-20s %10d", kind, coverage.faults(kind)));
            for (SagaStatus status : SagaStatus.values()) {
                line.append(String.format(
                        Locale.ROOT,
                        " %8d %8d %8d",
                        coverage.met(kind, status, Shape.SEQUENTIAL),
                        coverage.met(kind, status, Shape.CONCURRENT),
                        coverage.met(kind, status, Shape.ORDERED)));
            }
            out.println(line);
        }
        out.println("In each status: sequential, concurrent, with orders.");
    }
}
