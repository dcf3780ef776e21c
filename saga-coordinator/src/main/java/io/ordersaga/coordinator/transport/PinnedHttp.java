package io.ordersaga.coordinator.transport;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Calls an HTTP branch at an address that was looked up and judged before: the JDK's client would look its host up
/// once
/// more, and may be told another. One connection for each call, by HTTP/1.0, which both ends end by closing it.
/// Thread-safe.
final class PinnedHttp {

    private static final int HEAD_BYTES_MAX = 32_768;
    private static final String END_OF_HEAD = "\r\n\r\n";

    /// @param body as far as it was read
    record Answer(int status, String body) {}

    private final Duration connect;
    private final int bodyBytesMax;

    PinnedHttp(CallSettings settings) {
        this.connect = settings.connect();
        this.bodyBytesMax = settings.responseBytesMax();
    }

    /// Begins to call.
    ///
    /// @return its answer; cancelling it ends the connection
    CompletableFuture<Answer> send(HttpBranchCaller.Request request, InetAddress address) {
        Socket socket = new Socket(Proxy.NO_PROXY);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("pinned-call").start(() -> {
            try (socket) {
                answer.complete(exchange(socket, request, address));
            } catch (IOException | RuntimeException failure) {
                answer.completeExceptionally(failure);
            }
        });
        // Also when it is cancelled.
        var _ = answer.whenComplete((done, failure) -> close(socket));
        return answer;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new CompletionException(failure);
        }
    }

    private Answer exchange(Socket socket, HttpBranchCaller.Request request, InetAddress address) throws IOException {
        URI url = request.url();
        boolean isSecure = url.getScheme().equals("https");
        int port = url.getPort() < 0 ? (isSecure ? 443 : 80) : url.getPort();
        socket.connect(new InetSocketAddress(address, port), (int) connect.toMillis());
        try (Socket talking = isSecure ? secure(socket, url.getHost(), port) : socket) {
            OutputStream out = talking.getOutputStream();
            out.write(head(request));
            request.body().writeTo(out);
            out.flush();
            return read(new BufferedInputStream(talking.getInputStream()));
        }
    }

    /// The certificate has to be the host's, whatever its address.
    private static Socket secure(Socket socket, String host, int port) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secured = (SSLSocket) factory.createSocket(socket, host, port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private static byte[] head(HttpBranchCaller.Request request) {
        URI url = request.url();
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        StringBuilder head = new StringBuilder(request.method() + " " + path + query + " HTTP/1.0\r\n");
        head.append("Host: ").append(url.getRawAuthority()).append("\r\nConnection: close\r\n");
        if (request.method().equals("POST")) {
            head.append("Content-Length: ").append(request.body().size()).append("\r\n");
        }
        request.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private Answer read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        // Of the four bytes that end a head, how many are there.
        int ended = 0;
        while (ended < END_OF_HEAD.length()) {
            int next = in.read();
            if (next < 0 || head.size() >= HEAD_BYTES_MAX) {
                throw new IOException("the answer's head has no end");
            }
            head.write(next);
            ended = next == END_OF_HEAD.charAt(ended) ? ended + 1 : next == '\r' ? 1 : 0;
        }
        String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1);
        int length = bodyBytesMax;
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase("content-length")) {
                length = Math.min(length, number(line.substring(colon + 1)));
            }
        }
        return new Answer(status(lines[0]), new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private static int status(String line) throws IOException {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
            throw new IOException("the answer is no HTTP");
        }
        return number(words[1]);
    }

    private static int number(String text) throws IOException {
        try {
            return Integer.parseUnsignedInt(text.strip());
        } catch (NumberFormatException malformed) {
            throw new IOException("the answer has '" + text + "' where a number belongs", malformed);
        }
    }
}
