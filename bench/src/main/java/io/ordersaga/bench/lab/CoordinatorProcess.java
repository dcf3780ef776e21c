package io.ordersaga.bench.lab;

import io.ordersaga.stack.process.ChildProcess;
import io.ordersaga.stack.process.HttpReadiness;
import java.net.URI;
import java.time.Duration;

/// One coordinator that runs.
public record CoordinatorProcess(ChildProcess child, CoordinatorSettings settings) {
    boolean ready() {
        return new HttpReadiness(
                        URI.create("http://127.0.0.1:" + settings.managementPort() + "/actuator/health/readiness"))
                .getAsBoolean();
    }

    public URI http() {
        return URI.create("http://127.0.0.1:" + settings.httpPort());
    }

    public Usage usage() {
        return Usage.of(child.identity().pid());
    }

    /// SIGKILL; returns when it is gone.
    public void kill() {
        child.kill();
    }

    /// SIGTERM; returns the time until it was gone.
    public Duration stop() {
        long began = System.nanoTime();
        child.stop();
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
