package io.ordersaga.stack.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Every process that was started, so that none is left behind. Once closing it starts no other, which is what makes
/// a stop in the middle of a start complete. Thread-safe.
public final class ChildProcesses implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

    private final List<ChildProcess> started = new ArrayList<>();
    private boolean closing;

    public ChildProcess start(ProcessSpec spec) {
        // Under the lock from the check to the registration: otherwise close() could miss a process just born.
        synchronized (started) {
            if (closing) {
                throw new StartFailure(spec.name() + " was not started because everything is being stopped");
            }
            started.removeIf(child -> !child.alive());
            ChildProcess child = ChildProcess.start(spec);
            started.add(child);
            return child;
        }
    }

    /// Runs a process to its end.
    ///
    /// @throws StartFailure when it fails or takes longer than the limit
    public void run(ProcessSpec spec, Duration limit) {
        ChildProcess child = start(spec);
        try {
            child.awaitSuccess(limit);
        } finally {
            spec.pidFile().deleteIf(child.identity());
        }
    }

    public boolean closing() {
        synchronized (started) {
            return closing;
        }
    }

    /// From now on nothing is started.
    public void refuse() {
        synchronized (started) {
            closing = true;
        }
    }

    public List<ChildProcess> alive() {
        synchronized (started) {
            return started.stream().filter(ChildProcess::alive).toList();
        }
    }

    /// Refuses new processes and stops all there are; returns when the last has ended.
    @Override
    public void close() {
        refuse();
        stopTogether(alive());
    }

    /// Stops all of them at the same time, so that the slowest sets the time and not the sum.
    public static void stopTogether(List<ChildProcess> children) {
        List<Thread> stops = children.stream()
                .map(child -> Thread.ofVirtual().start(child::stop))
                .toList();
        for (Thread stop : stops) {
            Polling.until(() -> !stop.isAlive(), STOP_LIMIT);
        }
    }
}
