package io.ordersaga.bench.chaos;

import io.ordersaga.bench.report.Report;
import io.ordersaga.stack.process.ChildProcess;
import io.ordersaga.stack.process.StartFailure;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// One process that faults happen to, one after the other: a fault waits until the one before it is over.
final class Node {
    private static final int STARTS_MAX = 8;
    private static final int LOCK_SECONDS = 120;

    private final String name;
    private final Supplier<ChildProcess> starter;
    private final ReentrantLock busy = new ReentrantLock();
    private volatile ChildProcess process;

    /// Starts it.
    Node(String name, Supplier<ChildProcess> starter) {
        this.name = name;
        this.starter = starter;
        this.process = starter.get();
    }

    String name() {
        return name;
    }

    ChildProcess process() {
        return process;
    }

    boolean busy() {
        return busy.isLocked();
    }

    /// Runs a fault on this node alone; false when the node was busy for too long.
    boolean alone(Runnable fault) {
        try {
            if (!busy.tryLock(LOCK_SECONDS, TimeUnit.SECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            fault.run();
            return true;
        } finally {
            busy.unlock();
        }
    }

    void kill() {
        process.kill();
    }

    void terminate() {
        process.stop();
    }

    /// Starts it again, as a supervisor would: again and again while what it needs is away.
    void restart() {
        StartFailure last = new StartFailure(name + " was not started");
        for (int attempt = 0; attempt < STARTS_MAX; attempt++) {
            try {
                process = starter.get();
                return;
            } catch (StartFailure e) {
                last = e;
            }
        }
        throw last;
    }

    void pause() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(process.identity().pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException("no kill command", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether it runs; one that does not is started.
    void ensure(Report report) {
        if (!process.alive()) {
            report.progress(name + " had ended by itself");
            restart();
        }
    }
}
