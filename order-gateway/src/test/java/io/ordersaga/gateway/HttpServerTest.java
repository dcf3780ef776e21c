package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/// Bytes that are hardly HTTP, over a plain socket: what the HTTP server refuses on its own is as tight-lipped as the
/// rest.
class HttpServerTest {
    private static FakeUpstream upstream;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        upstream = FakeUpstream.start();
        gateway = RunningGateway.start(upstream, Map.of("server.tomcat.connection-timeout", "1s"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/http-broken.csv", delimiter = '|', quoteCharacter = '\0')
    void whatIsHardlyHttpIsRefusedWithoutAWordOfTheInside(String request, int code) throws IOException {
        String answer = exchange(request.replace("~", "\r\n") + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + code);
        assertNoInsides(answer);
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        if (!body.isEmpty()) {
            assertThat(answer).contains("Content-Type: application/json", "X-Request-Id: ");
            assertThat(body).startsWith("{\"error\":{\"code\":" + code);
        }
    }

    @Test
    void aLineOrAHeaderThatIsTooLongIsRefused() throws IOException {
        for (String request : new String[] {
            "GET /" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX-A: " + "a".repeat(100_000) + "\r\n\r\n",
        }) {
            String answer = exchange(request);

            assertThat(answer).startsWith("HTTP/1.1 400");
            assertNoInsides(answer);
        }
    }

    @Test
    void aBodyThatNeverComesIsGivenUp() throws IOException {
        String answer = exchangeKeepingOpen("POST /api/v1/submit HTTP/1.1\r\nHost: a\r\n"
                + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");

        assertThat(answer).startsWith("HTTP/1.1 408").contains("MALFORMED_REQUEST");
        assertNoInsides(answer);
    }

    @Test
    void aBodyThatIsAnnouncedAsTooLargeIsNotWaitedFor() throws IOException {
        String answer = exchangeKeepingOpen("POST /api/v1/submit HTTP/1.1\r\nHost: a\r\n"
                + "Content-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n{");

        assertThat(answer).startsWith("HTTP/1.1 413").contains("BODY_TOO_LARGE");
    }

    private static void assertNoInsides(String answer) {
        int body = answer.indexOf("\r\n\r\n") + 4;
        ErrorAnswers.assertTellsNothingOfTheInside(
                new RunningGateway.Reply(0, Map.of(), ByteString.copyFromUtf8(answer.substring(body))));
        assertThat(answer.toLowerCase(java.util.Locale.ROOT)).doesNotContain("tomcat", "<html", "server:");
    }

    private static String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            send(socket, request);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String exchangeKeepingOpen(String request) throws IOException {
        try (Socket socket = connect()) {
            send(socket, request);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void send(Socket socket, String request) throws IOException {
        OutputStream out = socket.getOutputStream();
        try {
            out.write(request.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            // The server hung up before the end of a long request; its answer is there to be read.
        }
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(20_000);
        return socket;
    }
}
