package io.ordersaga.bench.lab;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Gives the load generator - this process - the last processor of the machine for itself and the measured processes
/// the others, until it is closed. Otherwise a generator that offers more than can be carried takes from the measured
/// what it then misses in them.
public final class Apart implements AutoCloseable {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final int LIMIT_SECONDS = 5;

    private final List<Long> measured;
    private final boolean done;

    /// Where there is one processor only, or no `taskset`, nothing is changed.
    ///
    /// @param measured the numbers of their processes
    public Apart(List<Long> measured) {
        this.measured = List.copyOf(measured);
        String others = IntStream.range(0, Math.max(1, PROCESSORS - 1))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
        this.done = PROCESSORS > 1
                && pin(ProcessHandle.current().pid(), Integer.toString(PROCESSORS - 1))
                && measured.stream().allMatch(pid -> pin(pid, others));
    }

    /// Whether the generator and the measured are apart.
    public boolean done() {
        return done;
    }

    /// Every thread that the process has now; those that it starts later inherit it.
    private static boolean pin(long pid, String processors) {
        try {
            Process taskset = new ProcessBuilder("taskset", "-acp", processors, Long.toString(pid))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return taskset.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && taskset.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        String all = "0-" + (PROCESSORS - 1);
        pin(ProcessHandle.current().pid(), all);
        measured.forEach(pid -> pin(pid, all));
    }
}
