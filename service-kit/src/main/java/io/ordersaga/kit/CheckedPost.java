package io.ordersaga.kit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// One POST over HTTP/1.1 to an address that the caller chose, while host name, SNI and the certificate
/// that is expected are those of the URL. Java's own client looks a name up by itself, so that nobody knows
/// whether the address that was looked at is the one that is connected to. For one thread.
final class CheckedPost implements AutoCloseable {
    /// Beyond it nothing is an answer.
    private static final int HEAD_BYTES_MAX = 32 * 1024;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})( .*)?");

    private final URI url;
    private final boolean secure;
    private final Duration deadline;
    private final long endNanos;
    private final ScheduledFuture<?> alarm;
    private volatile @Nullable Socket socket;
    private volatile boolean late;

    /// The deadline begins.
    ///
    /// @param watch closes the connection when the time is over: an answer that comes byte by byte would
    ///     else keep it for ever
    CheckedPost(URI url, Duration deadline, ScheduledExecutorService watch) throws IOException {
        this.url = url;
        this.secure = url.getScheme().toLowerCase(Locale.ROOT).equals("https");
        this.deadline = deadline;
        this.endNanos = System.nanoTime() + deadline.toNanos();
        try {
            this.alarm = watch.schedule(this::tooLate, deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            throw new IOException("closed", e);
        }
    }

    /// The status of the answer.
    ///
    /// @param addresses of which the first that takes a connection gets the request
    int send(List<InetAddress> addresses, Map<String, String> headers, byte[] body) throws IOException {
        try {
            Socket connection = secured(connected(addresses));
            OutputStream out = connection.getOutputStream();
            out.write(head(headers, body.length));
            out.write(body);
            out.flush();
            return status(new BufferedInputStream(connection.getInputStream()));
        } catch (IOException e) {
            throw late ? new SocketTimeoutException("no answer within " + deadline.toMillis() + " ms") : e;
        }
    }

    private Socket connected(List<InetAddress> addresses) throws IOException {
        IOException last = new ConnectException("no address");
        for (InetAddress address : addresses) {
            Socket tried = new Socket(Proxy.NO_PROXY);
            socket = tried;
            try {
                tried.connect(new InetSocketAddress(address, port()), leftMillis());
                tried.setTcpNoDelay(true);
                tried.setSoTimeout(leftMillis());
                return tried;
            } catch (IOException e) {
                tried.close();
                last = e;
            }
        }
        throw last;
    }

    private Socket secured(Socket plain) throws IOException {
        if (!secure) {
            return plain;
        }
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket tls = (SSLSocket) factory.createSocket(plain, name(), port(), true);
        SSLParameters parameters = tls.getSSLParameters();
        // Else any good certificate would do, whosever it is.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    private int port() {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return secure ? 443 : 80;
    }

    /// Without the brackets of an IPv6 address.
    private String name() {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private byte[] head(Map<String, String> headers, int length) throws IOException {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        String host = url.getPort() >= 0 ? url.getHost() + ":" + url.getPort() : url.getHost();
        StringBuilder head =
                new StringBuilder("POST ").append(URI.create(path + query).toASCIIString());
        head.append(" HTTP/1.1\r\nHost: ").append(host).append("\r\nConnection: close\r\nContent-Length: ");
        head.append(length).append("\r\n");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if ((header.getKey() + header.getValue()).chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
                throw new IOException("the header " + header.getKey() + " cannot be sent");
            }
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// Those that only say to wait are passed over.
    private static int status(InputStream in) throws IOException {
        int left = HEAD_BYTES_MAX;
        while (true) {
            String line = line(in, left);
            left -= line.length();
            Matcher matcher = STATUS.matcher(line);
            if (!matcher.matches()) {
                throw new IOException("the answer is none of HTTP");
            }
            int status = Integer.parseInt(matcher.group(1));
            if (status >= 200) {
                return status;
            }
            while (!line.isEmpty()) {
                line = line(in, left);
                left -= line.length() + 2;
            }
        }
    }

    private static String line(InputStream in, int most) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the connection ended before the answer");
            }
            if (line.length() >= most) {
                throw new IOException("the answer is too long");
            }
            line.append((char) next);
        }
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }

    private int leftMillis() throws SocketTimeoutException {
        long left = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("no answer within " + deadline.toMillis() + " ms");
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }

    private void tooLate() {
        late = true;
        close();
    }

    @Override
    public void close() {
        alarm.cancel(false);
        Socket open = socket;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is of no more use either way.
                socket = null;
            }
        }
    }
}
