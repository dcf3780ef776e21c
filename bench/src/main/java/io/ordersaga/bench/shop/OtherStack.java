package io.ordersaga.bench.shop;

import io.ordersaga.stack.Account;
import io.ordersaga.stack.Component;
import io.ordersaga.stack.Port;
import io.ordersaga.stack.cli.RunningStack;
import io.ordersaga.stack.process.StartFailure;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// A stack that somebody else started, and goes on afterwards.
public final class OtherStack implements Premises {
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final RunningStack stack;

    public OtherStack(RunningStack stack) {
        this.stack = stack;
    }

    @Override
    public URI gateway() {
        return stack.url(Port.GATEWAY);
    }

    @Override
    public void kill(Component program) {
        stack.kill(program).ifPresent(process -> {
            if (!process.awaitEnd(END_LIMIT)) {
                throw new StartFailure(program.label() + " cannot be killed");
            }
        });
    }

    @Override
    public void start(Component program) {
        var _ = stack.start(program, Map.of());
    }

    @Override
    public Account auditor() {
        return Account.read(stack.folder().auditor())
                .orElseThrow(() -> new StartFailure(
                        "There is no account for audits in " + stack.folder().path()));
    }

    @Override
    public void close() {
        // It is not ours to stop.
    }
}
