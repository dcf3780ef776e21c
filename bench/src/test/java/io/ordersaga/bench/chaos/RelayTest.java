package io.ordersaga.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RelayTest {
    private static final int SILENCE_MILLIS = 300;

    private ServerSocket server;
    private Relay relay;
    private Socket client;
    private Socket accepted;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        relay = new Relay(server.getLocalPort());
        client = new Socket(InetAddress.getLoopbackAddress(), relay.port());
        accepted = server.accept();
        client.setSoTimeout(SILENCE_MILLIS);
        accepted.setSoTimeout(SILENCE_MILLIS);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        accepted.close();
        relay.close();
        server.close();
    }

    @Test
    void passesBytesBothWays() throws IOException {
        client.getOutputStream().write(1);
        assertThat(accepted.getInputStream().read()).isEqualTo(1);
        accepted.getOutputStream().write(2);
        assertThat(client.getInputStream().read()).isEqualTo(2);
    }

    @Test
    void losesWhatGoesOneWayWhileTheOtherWayIsOpen() throws IOException {
        relay.mode(Relay.Mode.LOSE_ANSWERS);

        client.getOutputStream().write(1);
        assertThat(accepted.getInputStream().read()).isEqualTo(1);
        accepted.getOutputStream().write(2);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

        relay.mode(Relay.Mode.LOSE_REQUESTS);
        client.getOutputStream().write(3);
        assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void aCommitIsLostOnEitherSideOfTheServerWhenSomebodyAsksForIt() throws Exception {
        client.setSoTimeout(0);
        accepted.setSoTimeout(0);
        AtomicBoolean killed = new AtomicBoolean();
        CompletableFuture<Boolean> after = CompletableFuture.supplyAsync(
                () -> relay.afterNextCommit(() -> killed.set(true), Duration.ofSeconds(10)));
        await().until(relay::isArmed);
        exchange("SELECT 1", "1");
        client.getOutputStream().write("commit".getBytes(StandardCharsets.US_ASCII));
        assertThat(accepted.getInputStream().readNBytes(6)).asString().isEqualTo("commit");
        accepted.getOutputStream().write('k');
        assertThat(client.getInputStream().read()).as("the answer is lost").isEqualTo(-1);
        assertThat(after.join()).isTrue();
        assertThat(killed).isTrue();

        try (Socket again = new Socket(InetAddress.getLoopbackAddress(), relay.port());
                Socket other = server.accept()) {
            CompletableFuture<Boolean> before = CompletableFuture.supplyAsync(
                    () -> relay.beforeNextCommit(() -> killed.set(false), Duration.ofSeconds(10)));
            await().until(relay::isArmed);
            again.getOutputStream().write("COMMIT".getBytes(StandardCharsets.US_ASCII));
            assertThat(other.getInputStream().read())
                    .as("the commit is lost, and the connection with it")
                    .isEqualTo(-1);
            assertThat(before.join()).isTrue();
            assertThat(killed).isFalse();
        }
    }

    private void exchange(String question, String answer) throws IOException {
        client.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
        assertThat(accepted.getInputStream().readNBytes(question.length()))
                .asString()
                .isEqualTo(question);
        accepted.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().readNBytes(answer.length()))
                .asString()
                .isEqualTo(answer);
    }

    @Test
    void aCutEndsBothSidesAndTakesNewConnections() throws IOException {
        relay.cut();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(accepted.getInputStream().read()).isEqualTo(-1);
        try (Socket again = new Socket(InetAddress.getLoopbackAddress(), relay.port());
                Socket other = server.accept()) {
            again.getOutputStream().write(4);
            assertThat(other.getInputStream().read()).isEqualTo(4);
        }
    }
}
