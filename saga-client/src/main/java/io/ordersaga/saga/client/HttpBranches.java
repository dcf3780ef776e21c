package io.ordersaga.saga.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/// Calls branches over HTTP as DTM's clients do: the payload as the body, who asks for what in the query.
/// Redirects are not followed. Thread-safe.
final class HttpBranches implements AutoCloseable {
    /// Of an answer; one that is longer is no answer.
    private static final long ANSWER_BYTES_MAX = 4 << 20;

    private static final int SHOWN_MAX = 200;

    /// Participants older than DTM 1.10 say it like this, with the status 200.
    private static final Pattern REFUSED_IN_BODY = Pattern.compile("\"dtm_result\"\\s*:\\s*\"FAILURE\"");

    private static final Pattern ONGOING_IN_BODY = Pattern.compile("\"dtm_result\"\\s*:\\s*\"ONGOING\"");

    private final HttpClient client;
    private final Duration deadline;

    HttpBranches(Duration deadline) {
        this.deadline = deadline;
        this.client = HttpClient.newBuilder()
                .connectTimeout(deadline)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    ByteString call(
            String url, BranchContext branch, Payload payload, Map<String, String> headers, String coordinator) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(url, branch, coordinator))
                .timeout(deadline)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(payload.toBytes().toByteArray()));
        headers.forEach(request::setHeader);
        try {
            HttpResponse<byte[]> answer =
                    client.send(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
            return checked(url, answer.statusCode(), ByteString.copyFrom(answer.body()));
        } catch (IOException e) {
            throw new BranchFailedException(url + " did not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BranchFailedException(url + " was interrupted", e);
        }
    }

    private static ByteString checked(String url, int status, ByteString body) {
        String text = body.toStringUtf8();
        String shown = text.substring(0, Math.min(text.length(), SHOWN_MAX));
        if (status == BranchAnswer.REFUSED || REFUSED_IN_BODY.matcher(text).find()) {
            throw new BranchRefusedException("", "BRANCH_REFUSED", shown, Map.of());
        }
        if (status != BranchAnswer.DONE || ONGOING_IN_BODY.matcher(text).find()) {
            throw new BranchFailedException(url + " answered " + status + ": " + shown, null);
        }
        return body;
    }

    private static URI address(String url, BranchContext branch, String coordinator) {
        String pairs = pair("dtm", coordinator)
                + "&" + pair("gid", branch.gid())
                + "&" + pair("trans_type", branch.transType())
                + "&" + pair("branch_id", branch.branchId())
                + "&" + pair("op", branch.op());
        return URI.create(url + (url.contains("?") ? "&" : "?") + pairs);
    }

    private static String pair(String key, String value) {
        return key + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
