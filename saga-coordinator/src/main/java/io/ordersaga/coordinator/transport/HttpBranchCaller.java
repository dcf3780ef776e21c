package io.ordersaga.coordinator.transport;

import com.google.protobuf.ByteString;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchCaller;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.XaMode;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls branches over HTTP, as DTM does: the payload as body, who asks for what in the query.
final class HttpBranchCaller implements BranchCaller, AutoCloseable {

    private static final int JSON_RPC_FAILURE = -32_901;
    private static final int JSON_RPC_ONGOING = -32_902;
    private static final int CONFLICT = 409;
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int BAD_GATEWAY = 502;
    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;
    /// Belong to the connection and not to the message; Go's client, which DTM uses, ignores them too.
    private static final Set<String> CONNECTION_HEADERS =
            Set.of("connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade");

    private final CallSettings settings;
    private final boolean quirks;
    private final HttpClient client;
    private final PinnedHttp pinned;

    /// @param redirects whether an answer may send a call elsewhere
    /// @param quirks whether `FAILURE` and `ONGOING` anywhere in an answer's body count, as clients older than
    ///     DTM 1.10 need
    HttpBranchCaller(CallSettings settings, boolean redirects, boolean quirks) {
        this.quirks = quirks;
        this.settings = settings;
        this.pinned = new PinnedHttp(settings);
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.connect())
                // Not those of the environment, which nobody listed.
                .proxy(HttpClient.Builder.NO_PROXY)
                .followRedirects(redirects ? HttpClient.Redirect.NORMAL : HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /// @param headers without those of the connection
    record Request(URI url, String method, Map<String, String> headers, ByteString body) {}

    @Override
    public BranchOutcome call(BranchCall call) {
        Request request = request(call);
        HttpRequest.Builder sent = HttpRequest.newBuilder(request.url());
        request.headers().forEach(sent::setHeader);
        HttpRequest complete = request.method().equals("GET")
                ? sent.GET().build()
                : sent.POST(BodyPublishers.ofByteArray(request.body().toByteArray()))
                        .build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(complete, info -> new BoundedBody(settings.responseBytesMax()));
        return awaited(call, answer, HttpResponse::statusCode, said -> new String(said.body(), StandardCharsets.UTF_8));
    }

    /// As [#call], at an address that the branch's host was found to stand for, and at no other.
    BranchOutcome call(BranchCall call, InetAddress address) {
        return awaited(call, pinned.send(request(call), address), PinnedHttp.Answer::status, PinnedHttp.Answer::body);
    }

    private <A> BranchOutcome awaited(
            BranchCall call, CompletableFuture<A> answer, ToIntFunction<A> status, Function<A, String> body) {
        Duration timeout = call.timeout().isZero() ? settings.timeout() : call.timeout();
        try {
            A response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            String said = body.apply(response);
            return call.protocol() == Protocol.JSON_RPC
                    ? jsonRpcOutcome(status.applyAsInt(response), said)
                    : outcome(status.applyAsInt(response), said);
        } catch (TimeoutException late) {
            answer.cancel(true);
            return new BranchOutcome.Unknown("no answer within " + timeout, Trouble.NO_ANSWER);
        } catch (InterruptedException interruption) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return new BranchOutcome.Unknown("interrupted", Trouble.NO_ANSWER);
        } catch (ExecutionException failure) {
            return new BranchOutcome.Unknown(String.valueOf(failure.getCause()), troubleOf(failure.getCause()));
        }
    }

    /// In DTM's order: "still going" wins over a refusal, and both over the status code.
    private BranchOutcome outcome(int status, String body) {
        if (status == TOO_EARLY || says(body, "ONGOING")) {
            return new BranchOutcome.Ongoing();
        }
        if (status == CONFLICT || says(body, "FAILURE")) {
            return new BranchOutcome.Refused(Rejections.ofAnswer(body));
        }
        return status == 200
                ? new BranchOutcome.Succeeded()
                : new BranchOutcome.Unknown(
                        "HTTP " + status + ": " + body.substring(0, Math.min(body.length(), 200)), troubleOf(status));
    }

    /// Some answers are no word of the participant: it has too much to do, or somebody before it says that it
    /// is away.
    private static Trouble troubleOf(int status) {
        return switch (status) {
            case TOO_MANY_REQUESTS, BAD_GATEWAY, SERVICE_UNAVAILABLE -> Trouble.UNREACHABLE;
            case GATEWAY_TIMEOUT -> Trouble.NO_ANSWER;
            default -> Trouble.ERROR;
        };
    }

    private static Trouble troubleOf(@Nullable Throwable failure) {
        boolean isAway = failure instanceof ConnectException
                || failure instanceof HttpConnectTimeoutException
                || failure instanceof SocketTimeoutException;
        return isAway ? Trouble.UNREACHABLE : Trouble.NO_ANSWER;
    }

    private boolean says(String body, String word) {
        return quirks && body.contains(word);
    }

    private static Request request(BranchCall call) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Content-Type", "application/json");
        call.headers().forEach((name, value) -> {
            if (!CONNECTION_HEADERS.contains(name)) {
                headers.put(name, value);
            }
        });
        call.rejection()
                .filter(rejection -> !rejection.status().isEmpty())
                .ifPresent(rejection -> headers.put(
                        "saga-rejection-bin",
                        Base64.getEncoder().encodeToString(rejection.status().toArray())));
        if (call.protocol() == Protocol.JSON_RPC) {
            return new Request(address(call), "POST", headers, ByteString.copyFromUtf8(envelope(call)));
        }
        ByteString payload = ByteString.copyFrom(call.payload().toArray());
        boolean posts = !payload.isEmpty() || call.saga().mode() instanceof XaMode;
        return new Request(address(call), posts ? "POST" : "GET", headers, payload);
    }

    /// DTM's: the method that the address names, with the payload and who asks for what as its parameters.
    private static String envelope(BranchCall call) {
        ObjectNode params = Json.parse(call.payload().toText())
                .filter(JsonNode::isObject)
                .map(ObjectNode.class::cast)
                .orElseGet(Json::object);
        params.put("gid", call.gid().value());
        params.put("trans_type", call.saga().mode().wireName());
        params.put("branch_id", call.branchId());
        params.put("op", call.opName());
        ObjectNode envelope = Json.object()
                .put("jsonrpc", "2.0")
                .put("id", ShortUuid.random())
                .put("method", method(call.url()));
        envelope.set("params", params);
        return Json.text(envelope);
    }

    private static String method(String url) {
        String query = URI.create(url).getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            if (pair.startsWith("method=")) {
                return URLDecoder.decode(pair.substring("method=".length()), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static BranchOutcome jsonRpcOutcome(int status, String body) {
        if (status != 200) {
            return new BranchOutcome.Unknown("HTTP " + status, troubleOf(status));
        }
        Optional<JsonNode> answer = Json.parse(body).filter(JsonNode::isObject);
        if (answer.isEmpty()) {
            return new BranchOutcome.Unknown("the answer is no JSON object", Trouble.ERROR);
        }
        JsonNode error = answer.get().path("error");
        if (error.isMissingNode() || error.isNull()) {
            return new BranchOutcome.Succeeded();
        }
        return switch (error.path("code").asInt(0)) {
            case JSON_RPC_FAILURE -> new BranchOutcome.Refused(Rejections.of(body, null));
            case JSON_RPC_ONGOING -> new BranchOutcome.Ongoing();
            default ->
                new BranchOutcome.Unknown("JSON-RPC error " + error.path("code").asInt(0), Trouble.ERROR);
        };
    }

    private static URI address(BranchCall call) {
        if (call.protocol() == Protocol.JSON_RPC) {
            return URI.create(call.url());
        }
        String separator = call.url().contains("?") ? "&" : "?";
        return URI.create(
                call.url() + separator + "branch_id=" + URLEncoder.encode(call.branchId(), StandardCharsets.UTF_8)
                        + "&gid=" + URLEncoder.encode(call.gid().value(), StandardCharsets.UTF_8)
                        + "&op=" + URLEncoder.encode(call.opName(), StandardCharsets.UTF_8)
                        + "&trans_type=" + call.saga().mode().wireName());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
