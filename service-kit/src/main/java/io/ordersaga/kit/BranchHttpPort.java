package io.ordersaga.kit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.ordersaga.saga.client.BranchAnswer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.filter.OncePerRequestFilter;

/// The port of [BranchHttpCalls] on the program's web server: all that comes there is a branch call, and
/// nothing else of the program is there.
///
/// `POST /package.Service/Method?gid=...&trans_type=...&branch_id=...&op=...` is answered as [BranchAnswer]
/// says.
final class BranchHttpPort extends OncePerRequestFilter {
    /// A coordinator sends the headers of the saga, and why it is rolled back, with each call: Tomcat's own
    /// limit, which is lower, would keep a compensation from ever running.
    private static final int HEADER_BYTES_MAX = 64 << 10;

    private static final int NOT_FOUND = 404;
    private static final int WRONG_METHOD = 405;
    private static final int TOO_LARGE = 413;
    private static final int UNAVAILABLE = 503;

    private final BranchHttpConfig config;
    private final ObjectProvider<BranchHttpCalls> branches;
    private final Semaphore places;
    private final Connector connector;

    /// @param address on which it listens; null is all of them
    /// @param branches asked for with the first call: a filter is made before the services are
    BranchHttpPort(BranchHttpConfig config, @Nullable InetAddress address, ObjectProvider<BranchHttpCalls> branches) {
        this.config = config;
        this.branches = branches;
        this.places = new Semaphore(config.callsMax());
        Http11NioProtocol protocol = new Http11NioProtocol();
        protocol.setExecutor(new VirtualThreadExecutor("branch-http-"));
        protocol.setMaxConnections(config.connectionsMax());
        protocol.setConnectionTimeout((int) config.idle().toMillis());
        protocol.setMaxHttpRequestHeaderSize(HEADER_BYTES_MAX);
        protocol.setAddress(address);
        this.connector = new Connector(protocol);
        connector.setPort(config.port());
    }

    /// To be added to the web server.
    Connector connector() {
        return connector;
    }

    /// Where it listens, once it does.
    int port() {
        return connector.getLocalPort();
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getLocalPort() != port();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain rest)
            throws ServletException, IOException {
        BranchAnswer answer = answer(request);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        response.setStatus(answer.status());
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private BranchAnswer answer(HttpServletRequest request) throws IOException {
        Optional<MethodDescriptor> method = branches.getObject().method(request.getRequestURI());
        if (method.isEmpty()) {
            return problem(NOT_FOUND, "there is no such branch");
        }
        if (!request.getMethod().equals("POST")) {
            return problem(WRONG_METHOD, "a branch is called with POST");
        }
        int bytesMax = Math.toIntExact(config.bodyMax().toBytes());
        byte[] body = request.getInputStream().readNBytes(bytesMax + 1);
        if (body.length > bytesMax) {
            return problem(TOO_LARGE, "the body has more than " + bytesMax + " bytes");
        }
        if (!places.tryAcquire()) {
            return problem(UNAVAILABLE, "too many branch calls at once");
        }
        try {
            return branches.getObject()
                    .call(
                            method.get(),
                            new BranchHttpCalls.Caller(
                                    request.getQueryString(),
                                    request.getHeader("saga-rejection-bin"),
                                    request.getHeader("traceparent")),
                            ByteString.copyFrom(body));
        } finally {
            places.release();
        }
    }

    private static BranchAnswer problem(int status, String message) {
        return new BranchAnswer(status, "{\"message\":\"" + message + "\"}");
    }
}
