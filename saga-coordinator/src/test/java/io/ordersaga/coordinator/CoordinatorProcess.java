package io.ordersaga.coordinator;

import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The coordinator as a process of its own, with production's settings, to be killed.
final class CoordinatorProcess implements AutoCloseable {

    private final Process process;
    private final ManagedChannel channel;

    CoordinatorProcess(TestDatabase database, Path log) {
        int port = freePort();
        try {
            process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx256m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            CoordinatorApp.class.getName(),
                            "--spring.grpc.server.port=" + port,
                            "--server.port=0",
                            "--spring.profiles.active=dev",
                            "--management.server.port=0",
                            "--spring.datasource.url=" + database.jdbcUrl(),
                            "--spring.datasource.username=" + database.username(),
                            "--spring.datasource.password=" + database.password()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        await().atMost(Duration.ofSeconds(60)).until(() -> isListening(port));
    }

    DtmGrpc.DtmBlockingStub dtm() {
        return DtmGrpc.newBlockingStub(channel).withWaitForReady().withDeadlineAfter(Duration.ofSeconds(20));
    }

    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    void terminate() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the coordinator did not stop");
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isListening(int port) {
        if (!process.isAlive()) {
            throw new AssertionError("the coordinator ended with " + process.exitValue());
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        process.destroyForcibly();
    }
}
