package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchCaller;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.BranchOutcome.Trouble;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Calls branches over HTTP, as DTM does: the payload as body, who asks for what in the query.
final class HttpBranchCaller implements BranchCaller, AutoCloseable {

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
    private final HttpClient client;

    HttpBranchCaller(CallSettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.connect())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @Override
    public BranchOutcome call(BranchCall call) {
        Duration timeout = call.timeout().isZero() ? settings.timeout() : call.timeout();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request(call), info -> new BoundedBody(settings.responseBytesMax()));
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return outcome(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
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
            return new BranchOutcome.Refused(Rejections.of(body, null));
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
        return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException
                ? Trouble.UNREACHABLE
                : Trouble.NO_ANSWER;
    }

    private boolean says(String body, String word) {
        return settings.legacyWords() && body.contains(word);
    }

    private static HttpRequest request(BranchCall call) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address(call)).setHeader("Content-Type", "application/json");
        call.headers().forEach((name, value) -> {
            if (!CONNECTION_HEADERS.contains(name)) {
                request.setHeader(name, value);
            }
        });
        call.rejection()
                .filter(rejection -> !rejection.status().isEmpty())
                .ifPresent(rejection -> request.setHeader(
                        "saga-rejection-bin",
                        Base64.getEncoder().encodeToString(rejection.status().toArray())));
        byte[] payload = call.payload().toArray();
        return payload.length == 0
                ? request.GET().build()
                : request.POST(BodyPublishers.ofByteArray(payload)).build();
    }

    private static URI address(BranchCall call) {
        String separator = call.url().contains("?") ? "&" : "?";
        return URI.create(call.url() + separator + "branch_id=" + call.branchId()
                + "&gid=" + URLEncoder.encode(call.gid().value(), StandardCharsets.UTF_8)
                + "&op=" + call.op().wireName()
                + "&trans_type=" + call.saga().mode().wireName());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
