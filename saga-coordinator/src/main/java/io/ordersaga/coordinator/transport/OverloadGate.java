package io.ordersaga.coordinator.transport;

import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Submissions;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.saga.dtm.DtmGrpc;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/// Refuses submits that there is no room for before anything else is done about them: no other interceptor or
/// filter, no reading, no exception. With the same answer as later on. Thread-safe.
public final class OverloadGate implements ServerCallExecutorSupplier, ServerInterceptor, Filter, AutoCloseable {

    private static final String SUBMIT = DtmGrpc.getSubmitMethod().getFullMethodName();
    private static final String SUBMIT_PATH = DtmHttp.BASE + "/submit";
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    /// From the one half of this gate to the other.
    private static final Metadata.Key<String> REFUSED =
            Metadata.Key.of("ordersaga-refused", Metadata.ASCII_STRING_MARSHALLER);

    /// What is always the same for this long a wait.
    private record Ready(Duration retryAfter, io.grpc.Status status, Bytes details) {
        static Ready of(Duration retryAfter) {
            Status typed = SagaErrors.overloaded(retryAfter);
            return new Ready(
                    retryAfter,
                    io.grpc.Status.fromCodeValue(typed.getCode()).withDescription(typed.getMessage()),
                    Bytes.of(typed.toByteArray()));
        }

        Metadata trailers() {
            Metadata trailers = new Metadata();
            trailers.put(DETAILS, details.toArray());
            return trailers;
        }
    }

    private final Submissions submissions;
    private final Refusals refusals;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Ready ready = Ready.of(Duration.ofSeconds(1));

    public OverloadGate(Submissions submissions, RefusalSettings settings) {
        this.submissions = submissions;
        this.refusals = new Refusals(settings);
    }

    /// Decides, on the connection's own thread, where the call goes on: on a thread of its own, or here when it is only
    /// to be refused.
    @Override
    public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
        if (call.getMethodDescriptor().getFullMethodName().equals(SUBMIT)) {
            Optional<SubmitAnswer.Overloaded> overload = submissions.overload();
            if (overload.isPresent()) {
                Duration retryAfter = overload.get().retryAfter();
                if (!ready.retryAfter().equals(retryAfter)) {
                    ready = Ready.of(retryAfter);
                }
                headers.put(REFUSED, "");
                return Runnable::run;
            }
        }
        return threads;
    }

    /// Refuses the calls that [#getExecutor] said so of, and who asks for it.
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!headers.containsKey(REFUSED)) {
            return next.startCall(call, headers);
        }
        Ready refusal = ready;
        // What nobody takes from the connection would keep others on it from sending.
        call.request(1);
        refusals.send(() -> call.close(refusal.status(), refusal.trailers()));
        return new ServerCall.Listener<>() {};
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest http
                && response instanceof HttpServletResponse answer
                && http.getMethod().equals("POST")
                && http.getRequestURI().equals(SUBMIT_PATH)) {
            Optional<SubmitAnswer.Overloaded> overload = submissions.overload();
            if (overload.isPresent()) {
                refuse(answer, overload.get().retryAfter());
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private static void refuse(HttpServletResponse answer, Duration retryAfter) throws IOException {
        answer.setStatus(HttpStatus.TOO_MANY_REQUESTS.value());
        answer.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(HttpAnswers.wholeSeconds(retryAfter)));
        answer.setContentType(MediaType.APPLICATION_JSON_VALUE);
        answer.getOutputStream()
                .write(Json.text(Json.object()
                                .put(
                                        "message",
                                        SagaErrors.overloaded(retryAfter).getMessage()))
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        refusals.close();
        threads.shutdown();
    }
}
