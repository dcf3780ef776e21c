package io.ordersaga.stack.cli;

import io.ordersaga.stack.JvmSettings;
import io.ordersaga.stack.LocalStack;
import io.ordersaga.stack.Port;
import io.ordersaga.stack.Ports;
import io.ordersaga.stack.StackSettings;
import io.ordersaga.stack.Transport;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        sortOptions = false,
        description = "Starts the database and the six programs and supervises them until Ctrl-C or 'down'.",
        footer = {
            "",
            "Ports and their names:",
            "  database 23306, gateway 8080, order 8282, coupon 18282, stock 28282, pay 38282, each but the",
            "  first with a management port (order-management, ...), one higher unless it is set;",
            "  coordinator 36789 (HTTP), coordinator-grpc 36790, coordinator-management 36791;",
            "  pay-mock 38284 (the mock payment provider and its pages);",
            "  order-branches 8285, coupon-branches 18285, stock-branches 28285, pay-branches 38285 (HTTP)"
        })
final class UpCommand implements Callable<Integer> {
    private static final int INTERRUPTED = 130;
    private static final int LOG_CHECK_SECONDS = 30;

    @Mixin
    private StackOptions stackOptions = new StackOptions();

    @Option(
            names = {"-d", "--detach"},
            description = "Return when everything is ready; stop it with 'down'.")
    private boolean detach;

    @Option(names = "--fresh", description = "Begin with an empty database; what was in it is lost.")
    private boolean fresh;

    @Option(
            names = "--database",
            paramLabel = "URL",
            defaultValue = "${env:ORDERSAGA_DATABASE}",
            description = {
                "A MySQL server of yours instead of the embedded one, with an account that may create schemas",
                "and users: jdbc:mysql://HOST:PORT/?user=NAME&password=PASSWORD",
                "The environment variable ORDERSAGA_DATABASE says the same and hides the password from others."
            })
    private @Nullable String database;

    @Option(
            names = "--port",
            paramLabel = "NAME=NUMBER",
            description = "Another port for one of the names below, for example --port order=9282. May be repeated.")
    private Map<Port, Integer> ports = new LinkedHashMap<>();

    @Option(
            names = "--port-base",
            paramLabel = "NUMBER",
            description = "Use consecutive ports from this one on instead of the usual ones.")
    private @Nullable Integer portBase;

    @Option(
            names = "--branches",
            paramLabel = "grpc|http",
            defaultValue = "grpc",
            description = "How the coordinator calls the services' branches, in sagas that begin from now on.")
    private Transport branches = Transport.GRPC;

    @Option(
            names = "--no-startup-cache",
            description = "Neither make nor use the caches that let the programs start faster.")
    private boolean noStartupCache;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        StackSettings settings = settings();
        return detach ? new DetachedStart(settings.folder(), out).run(arguments()) : supervise(settings, out);
    }

    StackSettings settings() {
        Ports chosen = portBase == null ? Ports.defaults() : Ports.from(portBase);
        JvmSettings jvm = JvmSettings.fastStart();
        return StackSettings.of(stackOptions.root())
                .withFolder(stackOptions.folder())
                .withPorts(chosen.with(ports))
                .withDatabase(Optional.ofNullable(database))
                .withBranches(branches)
                .withJvm(noStartupCache ? jvm.withoutStartupCache() : jvm);
    }

    private int supervise(StackSettings settings, PrintWriter out) {
        long began = System.nanoTime();
        LocalStack stack = LocalStack.open(settings, line -> out.println("  " + line));
        AtomicBoolean signalled = new AtomicBoolean();
        Thread stop = Thread.ofPlatform().name("stop").unstarted(() -> {
            signalled.set(true);
            stop(stack, out);
        });
        Runtime.getRuntime().addShutdownHook(stop);
        try (ControlServer control = new ControlServer(stack)) {
            control.start();
            RunFile file = new RunFile(
                    ProcessHandle.current().pid(),
                    false,
                    settings.databaseUrl().isEmpty(),
                    settings.ports(),
                    control.address());
            file.write(settings.folder());
            out.println(
                    "starting ordersaga with the data in " + settings.folder().path());
            if (fresh) {
                stack.startFresh();
            } else {
                stack.start();
            }
            out.println(adminLine(settings));
            file.asReady().write(settings.folder());
            out.println(readyLine(settings.ports(), System.nanoTime() - began));
            Thread.ofPlatform().name("start-up caches").daemon().start(stack::makeStartupCaches);
            watchLogs(stack);
        } catch (RuntimeException e) {
            if (signalled.get()) {
                // Ctrl-C in the middle of the start is no failure; the hook is stopping everything.
                return INTERRUPTED;
            }
            throw e;
        }
        return INTERRUPTED;
    }

    /// Where the password is, and not what: this output is kept in a log.
    private static String adminLine(StackSettings settings) {
        return "  admin page http://localhost:%d/: sign in as 'admin' with ADMIN_PASSWORD of %s, then choose your own password"
                .formatted(
                        settings.ports().get(Port.COORDINATOR),
                        settings.folder().secrets());
    }

    static String readyLine(Ports ports, long nanos) {
        String gateway = "http://localhost:" + ports.get(Port.GATEWAY);
        return "ordersaga is ready after %.1f s: gateway %s, Swagger UI %s/apis/swagger/index.html, coordinator %s"
                .formatted(
                        TimeUnit.NANOSECONDS.toMillis(nanos) / 1000.0,
                        gateway,
                        gateway,
                        "http://localhost:" + ports.get(Port.COORDINATOR));
    }

    /// Returns when the thread is interrupted; usually the process ends first, by a signal.
    private static void watchLogs(LocalStack stack) {
        CountDownLatch never = new CountDownLatch(1);
        try {
            while (!never.await(LOG_CHECK_SECONDS, TimeUnit.SECONDS)) {
                stack.boundLogs();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stop(LocalStack stack, PrintWriter out) {
        if (stack.closed()) {
            return;
        }
        long began = System.nanoTime();
        out.println("stopping ordersaga");
        stack.close();
        out.println("ordersaga is stopped after %.1f s"
                .formatted(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 1000.0));
    }

    private List<String> arguments() {
        return Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs();
    }
}
