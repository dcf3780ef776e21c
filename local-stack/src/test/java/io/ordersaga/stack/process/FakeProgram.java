package io.ordersaga.stack.process;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// A program as small as can be that behaves like one of ours from the outside: it can be unpacked, trained, started,
/// asked for its health and stopped. The variable FAKE makes it misbehave.
public final class FakeProgram {
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private FakeProgram() {}

    public static void main(String[] arguments) throws Exception {
        if (System.getProperty("jarmode") != null) {
            unpack(Path.of(System.getProperty("java.class.path")), Path.of(arguments[2]));
            return;
        }
        if (System.getProperty("spring.context.exit") != null) {
            return;
        }
        String behaviour = Optional.ofNullable(System.getenv("FAKE")).orElse("");
        System.out.println("behaviour " + behaviour);
        switch (behaviour) {
            case "fails" -> {
                System.out.println("{\"log.level\":\"INFO\",\"message\":\"about to fail\"}");
                System.out.println("{\"log.level\":\"ERROR\",\"message\":\"the \\\"disk\\\" is full\"}");
                System.exit(3);
            }
            // As far as SIGTERM goes: the JVM waits for its hooks.
            case "stubborn" -> Runtime.getRuntime().addShutdownHook(new Thread(FakeProgram::waitForEver));
            case "never ready" -> waitForEver();
            default -> Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("ended in order")));
        }
        serveHealth();
        System.out.println("ready");
        waitForEver();
    }

    private static void unpack(Path jar, Path destination) throws IOException {
        Files.createDirectories(destination);
        Files.copy(jar, destination.resolve(jar.getFileName()));
    }

    private static void serveHealth() throws IOException {
        String port = System.getenv("MANAGEMENT_SERVER_PORT");
        if (port == null) {
            return;
        }
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)), 0);
        server.createContext("/actuator/health/readiness", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    private static void waitForEver() {
        try {
            NEVER.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
