package io.ordersaga.coordinator.dispatch;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Repeats one chore until it is closed. A failure is said once, and once more when it is over.
final class Loop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    /// A round is a transaction or two; one that hangs longer does not keep the program from stopping.
    private static final Duration LAST_ROUND = Duration.ofSeconds(2);

    private final String name;
    private final Pause pause;
    private final Runnable chore;
    private final Thread thread;
    private volatile boolean closed;
    private volatile long workedNanos = System.nanoTime();
    private boolean failing;

    /// What is between two rounds.
    interface Pause {

        /// Returns when the next round is to begin.
        void await();

        /// Ends this pause and all that come.
        void end();
    }

    Loop(String name, Pause pause, Runnable chore) {
        this.name = name;
        this.pause = pause;
        this.chore = chore;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::repeat);
    }

    void start() {
        thread.start();
    }

    /// How long ago a round came to its end.
    Duration sinceItWorked() {
        return Duration.ofNanos(System.nanoTime() - workedNanos);
    }

    private void repeat() {
        while (!closed) {
            attempt();
            pause.await();
        }
    }

    /// Lets nothing through: a loop that dies silently would leave sagas lying until the program is started
    /// again.
    private void attempt() {
        try {
            chore.run();
            workedNanos = System.nanoTime();
            if (failing) {
                log.info("{} works again", name);
                failing = false;
            }
        } catch (RuntimeException | Error failure) {
            if (!failing) {
                log.warn("{} fails, and is tried again", name, failure);
                failing = true;
            }
        }
    }

    /// Lets a round that is under way come to its end: what it claimed must not be forgotten.
    @Override
    public void close() {
        closed = true;
        pause.end();
        try {
            if (thread.isAlive() && !thread.join(LAST_ROUND)) {
                log.warn(
                        "{} did not stop within {}; what it has just claimed is free when its lease ends",
                        name,
                        LAST_ROUND);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
