package io.ordersaga.transcoder.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.StatusRuntimeException;
import io.ordersaga.transcoder.errors.ErrorWriter;
import io.ordersaga.transcoder.errors.Failures;
import io.ordersaga.transcoder.errors.HttpFailure;
import io.ordersaga.transcoder.errors.HttpFailureException;
import io.ordersaga.transcoder.errors.UpstreamFailures;
import io.ordersaga.transcoder.transcoding.BadRequestException;
import io.ordersaga.transcoder.transcoding.HttpInput;
import io.ordersaga.transcoder.transcoding.KnownFields;
import io.ordersaga.transcoder.transcoding.RequestReader;
import io.ordersaga.transcoder.transcoding.ResponseWriter;
import io.ordersaga.transcoder.transcoding.Route;
import io.ordersaga.transcoder.transcoding.RouteMatch;
import io.ordersaga.transcoder.transcoding.RouteTable;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.web.filter.ServerHttpObservationFilter;

/// The way of every HTTP request, top to bottom: its id and log context, our own pages, the route, the
/// limits of body and time, the request message, the call, the answer. Whatever goes wrong on the way
/// becomes an answer in [#answer].
public final class Pipeline extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);
    private static final String REQUEST_ID = "request_id";

    /// What a request is checked against and turned with, in the order of use.
    ///
    /// @param domain of the errors that are found on this side
    public record Parts(
            String domain,
            OwnPages pages,
            RouteTable routes,
            RequestBody bodies,
            RequestTime times,
            RequestReader requests,
            CallHeaders headers,
            Calls calls,
            ResponseWriter responses) {}

    private final transient Parts parts;

    public Pipeline(Parts parts) {
        this.parts = parts;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String requestId = RequestId.of(request);
        Map<String, String> logContext = MDC.getCopyOfContextMap();
        MDC.put(REQUEST_ID, requestId);
        long start = System.nanoTime();
        try {
            Answer answer = answer(request, requestId);
            response.setHeader(RequestId.HEADER, requestId);
            answer.writeTo(response);
            logEnd(request, answer, start);
        } finally {
            MDC.setContextMap(logContext == null ? Map.of() : logContext);
        }
    }

    private Answer answer(HttpServletRequest request, String requestId) {
        try {
            return handle(request, requestId);
        } catch (HttpFailureException e) {
            return failed(e.failure(), request, requestId);
        } catch (BadRequestException e) {
            return failed(Failures.badRequest(e), request, requestId);
        } catch (Exception e) {
            // The border: a mistake of ours must not become a page of the server with our class names in it.
            log.error("Could not handle {} {}", request.getMethod(), request.getRequestURI(), e);
            return failed(Failures.internal(), request, requestId);
        }
    }

    private Answer handle(HttpServletRequest request, String requestId)
            throws BadRequestException, InvalidProtocolBufferException {
        if (request.getDispatcherType() == DispatcherType.ERROR) {
            throw Failures.ofHttpCode(errorCode(request)).asException();
        }
        Optional<Answer> page = parts.pages().find(request.getMethod(), request.getRequestURI());
        if (page.isPresent()) {
            return page.get();
        }
        RouteMatch match = parts.routes().match(request.getMethod(), request.getRequestURI());
        return switch (match) {
            case RouteMatch.Found found -> call(found, request, requestId);
            case RouteMatch.UnknownPath() -> throw Failures.unknownPath().asException();
            case RouteMatch.BrokenPath() ->
                throw BadRequestException.malformed("the percent-encoding of the path is broken");
            case RouteMatch.WrongMethod(var allowed) -> {
                if (request.getMethod().equals("OPTIONS")) {
                    yield Answer.empty(HttpServletResponse.SC_NO_CONTENT, Map.of("Allow", String.join(", ", allowed)));
                }
                throw Failures.wrongMethod(allowed).asException();
            }
        };
    }

    private Answer call(RouteMatch.Found found, HttpServletRequest request, String requestId)
            throws BadRequestException, InvalidProtocolBufferException {
        Route route = found.route();
        nameForMetrics(request, route);
        found.variables().forEach((variable, value) -> MDC.put(variable.name(), value));
        ByteString body = parts.bodies().read(request, route.body());
        HttpInput input = new HttpInput(request.getQueryString(), body, CallHeaders.all(request));
        DynamicMessage message = parts.requests().read(found, input);
        TimeAllowed time = parts.times().of(request, KnownFields.waitOf(message));
        Reply reply;
        try {
            reply = parts.calls().call(route.rpc(), message, parts.headers().toUpstream(request, requestId), time);
        } catch (StatusRuntimeException e) {
            HttpFailure failure = UpstreamFailures.of(
                            e, route.rpc().getInputType(), request.getHeader("If-Match") != null)
                    .withHeaders(CallHeaders.ofFailure(e));
            if (failure.httpCode() >= 500) {
                log.warn(
                        "{} failed: {} {}",
                        route.rpc().getFullName(),
                        e.getStatus().getCode(),
                        e.getStatus().getDescription());
            }
            throw failure.asException();
        }
        Map<String, String> headers = new TreeMap<>(parts.headers().toClient(reply.metadata()));
        headers.putAll(Freshness.headers(reply.message()));
        if (Freshness.isKnown(request, reply.message())) {
            return Answer.empty(HttpServletResponse.SC_NOT_MODIFIED, headers);
        }
        ResponseWriter.Written written = parts.responses().write(reply.message(), route.responseField());
        return Answer.of(CallHeaders.httpCode(reply.metadata()), written.contentType(), written.body(), headers);
    }

    private Answer failed(HttpFailure found, HttpServletRequest request, String requestId) {
        HttpFailure failure = found.in(parts.domain());
        return AcceptedForm.wantsProblem(request.getHeader("Accept"))
                ? new Answer(
                        failure.httpCode(),
                        Answer.PROBLEM_JSON,
                        ErrorWriter.problem(failure, requestId),
                        failure.headers())
                : Answer.json(failure.httpCode(), ErrorWriter.error(failure, requestId), failure.headers());
    }

    private static int errorCode(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 500;
    }

    /// Metrics and spans are named by the template, not by the path, which has ids in it.
    private static void nameForMetrics(HttpServletRequest request, Route route) {
        ServerHttpObservationFilter.findObservationContext(request)
                .ifPresent(context -> context.setPathPattern(route.template().text()));
    }

    private static void logEnd(HttpServletRequest request, Answer answer, long start) {
        long millis = (System.nanoTime() - start) / 1_000_000;
        log.atInfo()
                .setMessage("{} {}: {} in {} ms")
                .addArgument(request.getMethod())
                .addArgument(request.getRequestURI())
                .addArgument(answer.httpCode())
                .addArgument(millis)
                .addKeyValue("http_code", answer.httpCode())
                .addKeyValue("duration_ms", millis)
                .log();
    }
}
