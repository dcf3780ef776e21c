package io.ordersaga.bench.scenario;

import io.ordersaga.bench.lab.Usage;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What the processes of a run have used of the processors, in the order of [#NAMES].
///
/// @param each zero for a process that is on another machine
record ProcessorTime(List<Duration> each) {
    private static final List<String> NAMES = List.of("generator", "coordinator", "database", "participant");

    ProcessorTime {
        each = List.copyOf(each);
    }

    static ProcessorTime now(Bench bench) {
        List<Duration> measured = bench.cpu();
        return new ProcessorTime(List.of(
                Usage.of(ProcessHandle.current().pid()).cpu(),
                measured.getFirst(),
                measured.getLast(),
                bench.participantCpu()));
    }

    ProcessorTime minus(ProcessorTime earlier) {
        return new ProcessorTime(IntStream.range(0, each.size())
                .mapToObj(index -> each.get(index).minus(earlier.each.get(index)))
                .toList());
    }

    Duration coordinator() {
        return each.get(1);
    }

    /// As a share of one processor each, over this time.
    String shares(Duration time) {
        return IntStream.range(0, each.size())
                .mapToObj(index -> "%s %.2f"
                        .formatted(NAMES.get(index), each.get(index).toNanos() / (double) Math.max(1, time.toNanos())))
                .collect(Collectors.joining(", "));
    }
}
