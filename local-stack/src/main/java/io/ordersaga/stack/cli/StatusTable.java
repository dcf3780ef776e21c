package io.ordersaga.stack.cli;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.Port;
import io.ordersaga.stack.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What `status` prints, as text only.
final class StatusTable {
    private static final List<String> HEADINGS = List.of("PROGRAM", "PID", "STATE", "READY", "UPTIME", "PORTS");

    private StatusTable() {}

    /// @param pid empty when it is not running
    record Row(Component component, Optional<Long> pid, boolean ready, Optional<Duration> uptime) {
        private List<String> cells(Ports ports) {
            return List.of(
                    component.label(),
                    pid.map(String::valueOf).orElse("-"),
                    pid.isPresent() ? "running" : "stopped",
                    ready ? "yes" : "no",
                    uptime.map(StatusTable::text).orElse("-"),
                    portsOf(component, ports));
        }
    }

    static List<String> lines(List<Row> rows, Ports ports) {
        List<List<String>> cells = new ArrayList<>(List.of(HEADINGS));
        rows.forEach(row -> cells.add(row.cells(ports)));
        List<Integer> widths = IntStream.range(0, HEADINGS.size())
                .mapToObj(column -> cells.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElse(0))
                .toList();
        return cells.stream()
                .map(line -> IntStream.range(0, line.size())
                        .mapToObj(column -> padded(line.get(column), widths.get(column)))
                        .collect(Collectors.joining("  "))
                        .stripTrailing())
                .toList();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    /// `8282 8283 (management)`: the first port is the program's main one and needs no name.
    private static String portsOf(Component component, Ports ports) {
        return Arrays.stream(Port.values())
                .filter(port -> port.component() == component)
                .map(port -> {
                    String role = port.label().substring(component.label().length());
                    return ports.get(port) + (role.isEmpty() ? "" : " (" + role.substring(1) + ")");
                })
                .collect(Collectors.joining(" "));
    }

    private static String text(Duration uptime) {
        if (uptime.toHours() > 0) {
            return "%d h %02d min".formatted(uptime.toHours(), uptime.toMinutesPart());
        }
        return uptime.toMinutes() > 0
                ? "%d min %02d s".formatted(uptime.toMinutes(), uptime.toSecondsPart())
                : uptime.toSeconds() + " s";
    }
}
