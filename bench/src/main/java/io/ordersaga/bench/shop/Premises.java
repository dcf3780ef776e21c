package io.ordersaga.bench.shop;

import io.ordersaga.stack.Account;
import io.ordersaga.stack.Component;
import java.net.URI;

/// Where the shop is, and how its programs are killed. Thread-safe.
public interface Premises extends AutoCloseable {
    URI gateway();

    /// SIGKILL; returns when the process is gone.
    void kill(Component program);

    /// Starts one that was killed, and returns when it is ready.
    void start(Component program);

    /// Who may read all schemas.
    Account auditor();

    @Override
    void close();
}
