package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.coordinator.engine.SagaArchive.Filter;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.StoreOverloadedException;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.coordinator.engine.TopicStore;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/api/dtmsvr` and what is beside it under `/api`; the shapes are in [HttpAnswers].
public final class DtmHttp {

    private static final Logger log = LoggerFactory.getLogger(DtmHttp.class);
    static final String BASE = "/api/dtmsvr";
    /// Of DTM's protocol, as far as its clients look at it.
    private static final String VERSION = "v1.19.0";
    /// In seconds: three times the longest that DTM leaves a transaction prepared.
    private static final long RESET_TIMEOUT_DEFAULT = 105;
    private static final int PAGE_DEFAULT = 100;
    private static final int PAGE_MAX = 1000;
    /// A payload may need more characters in JSON than it has bytes; a body larger than this is not even read.
    private static final int JSON_GROWTH = 2;

    private final ClientRequests requests;
    private final SagaArchive archive;
    private final SagaDesk desk;
    private final SubmitLimits limits;
    private final JsonRpc jsonRpc;
    private final TopicPages topicPages;
    private final RequestMetrics metrics;
    private final Supplier<String> scraped;

    /// @param scraped all metrics in Prometheus' form
    public DtmHttp(
            ClientRequests requests,
            SagaArchive archive,
            SagaDesk desk,
            TopicStore topicStore,
            SubmitLimits limits,
            RequestMetrics metrics,
            Supplier<String> scraped) {
        this.requests = requests;
        this.archive = archive;
        this.desk = desk;
        this.limits = limits;
        this.jsonRpc = new JsonRpc(requests);
        this.topicPages = new TopicPages(topicStore);
        this.metrics = metrics;
        this.scraped = scraped;
    }

    /// What an operator does about stored sagas.
    public interface SagaDesk {

        /// See `SagaStore#release`.
        boolean release(Gid gid);

        /// Makes those due at once that wait longer than that.
        ///
        /// @return how many
        int hurry(Duration after, int limit);
    }

    public RouterFunction<ServerResponse> routes() {
        RouterFunctions.Builder routes = RouterFunctions.route();
        route(routes, HttpMethod.GET, BASE + "/newGid", this::newGid);
        route(routes, HttpMethod.GET, BASE + "/version", this::version);
        route(routes, HttpMethod.POST, BASE + "/submit", this::submit);
        route(
                routes,
                HttpMethod.POST,
                BASE + "/prepare",
                request -> HttpAnswers.of(requests.prepare(form(request), Optional.empty())));
        route(
                routes,
                HttpMethod.POST,
                BASE + "/abort",
                request -> HttpAnswers.of(requests.abort(form(request), Optional.empty())));
        for (String name : List.of("/registerBranch", "/registerXaBranch", "/registerTccBranch")) {
            route(
                    routes,
                    HttpMethod.POST,
                    BASE + name,
                    request -> HttpAnswers.of(requests.register(JsonForms.branch(json(request)))));
        }
        route(routes, HttpMethod.POST, BASE + "/prepareWorkflow", this::prepareWorkflow);
        route(
                routes,
                HttpMethod.POST,
                BASE + "/forceStop",
                request -> HttpAnswers.of(requests.forceStop(
                        JsonForms.form(json(request), Optional.empty()).gid())));
        route(routes, HttpMethod.POST, BASE + "/resetNextCronTime", this::resetNextCronTime);
        route(routes, HttpMethod.GET, BASE + "/resetCronTime", this::resetCronTime);
        route(routes, HttpMethod.GET, BASE + "/query", this::query);
        route(routes, HttpMethod.GET, BASE + "/all", this::all);
        route(routes, HttpMethod.GET, BASE + "/subscribe", request -> {
            requests.topics().subscribe(param(request, "topic"), param(request, "url"), param(request, "remark"));
            return HttpAnswers.success();
        });
        route(routes, HttpMethod.GET, BASE + "/unsubscribe", request -> {
            requests.topics().unsubscribe(param(request, "topic"), param(request, "url"));
            return HttpAnswers.success();
        });
        route(
                routes,
                HttpMethod.DELETE,
                BASE + "/topic/{topic}",
                request -> requests.topics().delete(request.pathVariable("topic"))
                        ? HttpAnswers.success()
                        : HttpAnswers.message(HttpStatus.NOT_FOUND, "storage: NotFound"));
        route(routes, HttpMethod.GET, BASE + "/scanKV", topicPages::scan);
        route(routes, HttpMethod.GET, BASE + "/queryKV", topicPages::query);
        route(routes, HttpMethod.POST, "/api/json-rpc", request -> jsonRpc.answer(bytes(request), trace(request)));
        route(
                routes,
                HttpMethod.GET,
                "/api/metrics",
                request -> ServerResponse.ok().contentType(MediaType.TEXT_PLAIN).body(scraped.get()));
        routes.route(
                RequestPredicates.path("/api/ping"),
                request -> HttpAnswers.answer(HttpStatus.OK, Json.object().put("msg", "pong")));
        return routes.route(
                        RequestPredicates.all(), request -> HttpAnswers.message(HttpStatus.NOT_FOUND, "no such path"))
                .onError(
                        InvalidSagaException.class,
                        (failure, request) -> HttpAnswers.invalid((InvalidSagaException) failure))
                .onError(
                        StoreOverloadedException.class,
                        (failure, request) -> HttpAnswers.overloaded(((StoreOverloadedException) failure).retryAfter()))
                .onError(StoreUnavailableException.class, (failure, request) -> HttpAnswers.unavailable())
                .onError(
                        TooLarge.class,
                        (failure, request) ->
                                HttpAnswers.message(HttpStatus.CONTENT_TOO_LARGE, String.valueOf(failure.getMessage())))
                .onError(Throwable.class, DtmHttp::unexpected)
                .build();
    }

    private void route(
            RouterFunctions.Builder routes, HttpMethod method, String path, HandlerFunction<ServerResponse> handler) {
        String api = path.substring(path.lastIndexOf('/') + 1).replaceAll("[{}]", "");
        routes.route(RequestPredicates.method(method).and(RequestPredicates.path(path)), request -> {
            long startNanos = System.nanoTime();
            boolean ok = false;
            try {
                ServerResponse response = handler.handle(request);
                ok = response.statusCode().is2xxSuccessful();
                return response;
            } finally {
                metrics.answered(api, ok, startNanos);
            }
        });
        routes.route(
                RequestPredicates.path(path),
                request -> ServerResponse.status(HttpStatus.METHOD_NOT_ALLOWED)
                        .allow(method)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(Json.text(Json.object().put("message", "only " + method + " is allowed here"))));
    }

    private ServerResponse newGid(ServerRequest request) {
        return HttpAnswers.answer(
                HttpStatus.OK, Json.object().put("gid", ShortUuid.random()).put("dtm_result", "SUCCESS"));
    }

    private ServerResponse version(ServerRequest request) {
        return HttpAnswers.answer(HttpStatus.OK, Json.object().put("version", VERSION));
    }

    private ServerResponse submit(ServerRequest request) throws IOException, ServletException {
        Optional<SubmitAnswer.Overloaded> overload = requests.overload();
        if (overload.isPresent()) {
            return HttpAnswers.overloaded(overload.get().retryAfter());
        }
        return HttpAnswers.of(requests.submit(form(request), Optional.empty()));
    }

    private ServerResponse prepareWorkflow(ServerRequest request) throws IOException, ServletException {
        ClientRequests.Prepared prepared = requests.prepareWorkflow(form(request), Optional.empty());
        return prepared.stored()
                .map(stored -> HttpAnswers.answer(HttpStatus.OK, DtmViews.progresses(stored)))
                .orElseGet(() -> HttpAnswers.of(prepared.refusal()));
    }

    private ServerResponse resetNextCronTime(ServerRequest request) throws IOException, ServletException {
        Gid gid = new Gid(JsonForms.form(json(request), Optional.empty()).gid());
        // Whatever is over, or worked on right now, has no wait to cut short.
        boolean released = desk.release(gid);
        return released || archive.find(gid).isPresent()
                ? HttpAnswers.success()
                : HttpAnswers.message(HttpStatus.NOT_FOUND, "no TransGlobal with gid: " + gid + " found");
    }

    private ServerResponse resetCronTime(ServerRequest request) {
        long seconds = number(request, "timeout").orElse(RESET_TIMEOUT_DEFAULT);
        if (seconds < 0 || seconds > limits.intervalMax().toSeconds()) {
            throw new InvalidSagaException("timeout", "must be a number of seconds");
        }
        int limit = (int) limit(request);
        int count = desk.hurry(Duration.ofSeconds(seconds), limit);
        return HttpAnswers.answer(
                HttpStatus.OK,
                Json.object().put("has_remaining", count == limit).put("succeed_count", count));
    }

    private static String param(ServerRequest request, String name) {
        return request.param(name).orElse("");
    }

    private SubmitForm form(ServerRequest request) throws IOException, ServletException {
        return JsonForms.form(json(request), trace(request));
    }

    private static Optional<String> trace(ServerRequest request) {
        return Optional.ofNullable(request.headers().firstHeader(Traceparent.NAME));
    }

    private JsonNode json(ServerRequest request) throws IOException {
        return Json.parse(bytes(request))
                .orElseThrow(() -> new InvalidSagaException("", "the body must be a JSON object"));
    }

    private byte[] bytes(ServerRequest request) throws IOException {
        int bytesMax = limits.sagaBytesMax() * JSON_GROWTH;
        byte[] bytes = request.servletRequest().getInputStream().readNBytes(bytesMax + 1);
        if (bytes.length > bytesMax) {
            throw new TooLarge("the body has more than " + bytesMax + " bytes");
        }
        return bytes;
    }

    private static final class TooLarge extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        TooLarge(String message) {
            super(message);
        }
    }

    private ServerResponse query(ServerRequest request) {
        String gid = request.param("gid").orElse("");
        if (gid.isEmpty()) {
            return HttpAnswers.message(HttpStatus.INTERNAL_SERVER_ERROR, "no gid specified");
        }
        ObjectNode body = Json.object();
        Optional<StoredSaga> found = archive.find(new Gid(gid));
        found.ifPresentOrElse(
                stored -> body.set("transaction", DtmViews.transaction(stored)), () -> body.putNull("transaction"));
        body.set("branches", found.map(DtmViews::branches).orElseGet(Json::array));
        return HttpAnswers.answer(HttpStatus.OK, body);
    }

    private ServerResponse all(ServerRequest request) {
        long limit = limit(request);
        Filter filter = new Filter(
                text(request, "status").map(DtmHttp::status),
                text(request, "transType")
                        .map(name -> Mode.named(name)
                                .orElseThrow(() -> new InvalidSagaException("transType", "is not known here"))),
                number(request, "createTimeStart").map(Instant::ofEpochMilli),
                number(request, "createTimeEnd").map(Instant::ofEpochMilli),
                number(request, "position"),
                (int) limit);
        List<StoredSaga> page = text(request, "gid")
                .map(gid -> archive.find(new Gid(gid)).stream().toList())
                .orElseGet(() -> archive.list(filter));
        return HttpAnswers.answer(HttpStatus.OK, page(page, limit));
    }

    static long limit(ServerRequest request) {
        long limit = number(request, "limit").orElse((long) PAGE_DEFAULT);
        if (limit < 1 || limit > PAGE_MAX) {
            throw new InvalidSagaException("limit", "must be between 1 and " + PAGE_MAX);
        }
        return limit;
    }

    private static ObjectNode page(List<StoredSaga> page, long limit) {
        ObjectNode body = Json.object();
        if (page.isEmpty()) {
            body.putNull("transactions");
        } else {
            ArrayNode transactions = body.putArray("transactions");
            page.forEach(stored -> transactions.add(DtmViews.transaction(stored)));
        }
        boolean full = page.size() == limit;
        return body.put("next_position", full ? String.valueOf(page.getLast().id()) : "");
    }

    private static SagaStatus status(String wireName) {
        return Arrays.stream(SagaStatus.values())
                .filter(status -> status.wireName().equals(wireName))
                .findFirst()
                .orElseThrow(() -> new InvalidSagaException("status", "is not known here"));
    }

    private static Optional<String> text(ServerRequest request, String name) {
        return request.param(name).filter(text -> !text.isEmpty());
    }

    static Optional<Long> number(ServerRequest request, String name) {
        return text(request, name).map(text -> {
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException malformed) {
                throw new InvalidSagaException(name, "must be a whole number");
            }
        });
    }

    private static ServerResponse unexpected(Throwable failure, ServerRequest request) {
        log.error("Answered 500 because of an unexpected exception", failure);
        return HttpAnswers.message(HttpStatus.INTERNAL_SERVER_ERROR, "internal error");
    }
}
