package io.ordersaga.bench.shop;

import io.ordersaga.stack.Account;
import io.ordersaga.stack.Component;
import io.ordersaga.stack.LocalStack;
import io.ordersaga.stack.Overrides;
import io.ordersaga.stack.Port;
import io.ordersaga.stack.Ports;
import io.ordersaga.stack.StackFolder;
import io.ordersaga.stack.StackSettings;
import io.ordersaga.stack.process.StartFailure;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// A stack that is started for this run alone, with an empty database, on free ports.
public final class OwnStack implements Premises {
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final LocalStack stack;
    private final Thread interrupted;

    /// Starts it.
    ///
    /// @param folder for its data and logs
    /// @param server the unpacked database server
    public OwnStack(Path root, Path folder, Path server, Consumer<String> progress) {
        this.stack = LocalStack.open(
                StackSettings.of(root)
                        .withFolder(new StackFolder(folder, server))
                        .withPorts(Ports.free()),
                progress);
        this.interrupted = Thread.ofPlatform().name("stop-stack").unstarted(stack::close);
        Runtime.getRuntime().addShutdownHook(interrupted);
        stack.startFresh();
    }

    public LocalStack stack() {
        return stack;
    }

    @Override
    public URI gateway() {
        return stack.url(Port.GATEWAY);
    }

    @Override
    public void kill(Component program) {
        stack.kill(program);
        if (!stack.awaitEnd(program, END_LIMIT)) {
            throw new StartFailure(program.label() + " cannot be killed");
        }
    }

    @Override
    public void start(Component program) {
        stack.start(program, Overrides.NONE);
    }

    @Override
    public Account auditor() {
        return stack.auditor();
    }

    @Override
    public void close() {
        stack.close();
        try {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        } catch (IllegalStateException e) {
            // The hook is what runs at this moment.
            return;
        }
    }
}
