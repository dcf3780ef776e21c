package io.ordersaga.bench;

import io.ordersaga.bench.lab.Server;
import io.ordersaga.bench.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// Under what conditions figures were taken.
final class Conditions {
    private static final List<String> DURABILITY =
            List.of("innodb_flush_log_at_trx_commit", "sync_binlog", "log_bin", "binlog_format");

    private Conditions() {}

    static void tell(Report report, Server server) {
        report.condition("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        load(report, "load at the start");
        report.condition("java", System.getProperty("java.vm.version"));
        report.condition(
                "database", server.rows("", "SELECT VERSION()").getFirst().getFirst());
        String durability = DURABILITY.stream()
                .map(name -> name + "="
                        + server.rows("", "SELECT @@" + name).getFirst().getFirst())
                .collect(Collectors.joining(", "));
        boolean durable = durability.contains("trx_commit=1,")
                && durability.contains("sync_binlog=1,")
                && durability.contains("log_bin=1,");
        report.condition("durability", durability + (durable ? "" : "  (NOT durable: the figures do not count)"));
    }

    static void load(Report report, String when) {
        try {
            report.condition(when, Files.readString(Path.of("/proc/loadavg")).strip());
        } catch (IOException e) {
            report.condition(when, "unknown");
        }
    }
}
