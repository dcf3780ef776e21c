package io.ordersaga.bench.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What one process has used since it was started.
///
/// @param cpu processor time of all its threads
/// @param residentBytes memory it holds now
public record Usage(Duration cpu, long residentBytes) {
    private static final long NANOS_PER_TICK = 10_000_000;
    private static final int USER_FIELD = 11;
    private static final int SYSTEM_FIELD = 12;

    /// Zero for a process that has ended.
    public static Usage of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            String stat = Files.readString(process.resolve("stat"));
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" "));
            long ticks = Long.parseLong(fields.get(USER_FIELD)) + Long.parseLong(fields.get(SYSTEM_FIELD));
            long kibibytes = Files.readString(process.resolve("status"))
                    .lines()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
            return new Usage(Duration.ofNanos(ticks * NANOS_PER_TICK), kibibytes * 1024);
        } catch (IOException e) {
            return new Usage(Duration.ZERO, 0);
        }
    }
}
