package io.ordersaga.bench.shop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The shop's front door. Thread-safe; at most so many requests are on their way at once.
final class Gateway implements AutoCloseable {
    private static final Duration TIME_LIMIT = Duration.ofSeconds(15);
    private static final int AT_ONCE = 64;
    private static final int TRIES = 12;
    private static final int SEE_OTHER = 303;
    private static final long PAUSE_NANOS_MIN = 100_000_000;
    private static final long PAUSE_NANOS_MAX = 3_000_000_000L;

    private final URI base;
    private final Journal journal;
    private final JsonMapper json = new JsonMapper();
    private final Semaphore room = new Semaphore(AT_ONCE, true);
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIME_LIMIT).build();

    /// A request that may be sent again.
    ///
    /// @param key `Idempotency-Key`, empty for what needs none
    /// @param body JSON, empty for none
    record Call(Who who, String method, String path, String body, String key) {
        static Call get(Who who, String path) {
            return new Call(who, "GET", path, "", "");
        }

        static Call post(Who who, String path, String body, String key) {
            return new Call(who, "POST", path, body, key);
        }
    }

    /// Who is asking.
    record Who(String user, String role) {
        static Who customer(String user) {
            return new Who(user, "customer");
        }

        static final Who STAFF = new Who("clerk", "staff");
    }

    Gateway(URI base, Journal journal) {
        this.base = base;
        this.journal = journal;
    }

    /// Sends it until an answer comes that says something, a bounded number of times.
    Answer ask(Call call) {
        Answer answer = once(call);
        for (int tries = 1; tries < TRIES && answer.unknown(); tries++) {
            pause(tries);
            journal.repeated();
            answer = once(call);
        }
        if (answer.defect()) {
            journal.complain("answers 500", call.method() + " " + call.path() + " -> " + answer.text());
        }
        return answer;
    }

    /// Sends it once.
    Answer once(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(call.path()))
                .timeout(TIME_LIMIT)
                .header("content-type", "application/json")
                .header("X-User-Id", call.who().user())
                .header("X-User-Roles", call.who().role());
        if (!call.key().isEmpty()) {
            request.header("Idempotency-Key", call.key());
        }
        request.method(
                call.method(), call.body().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(call.body()));
        return send(request.build());
    }

    /// Sends a form to a page of somebody else's, until it is there to take it.
    Answer submit(String page, String form) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(page))
                .timeout(TIME_LIMIT)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        Answer answer = send(request);
        for (int tries = 1; tries < TRIES && answer.unknown(); tries++) {
            pause(tries);
            answer = send(request);
        }
        // Its answer to a form is the way back to the page.
        return answer.code() == SEE_OTHER ? new Answer(200, answer.body(), answer.text()) : answer;
    }

    private static void pause(int tries) {
        long most = Math.min(PAUSE_NANOS_MAX, PAUSE_NANOS_MIN << tries);
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most / 2, most));
    }

    private Answer send(HttpRequest request) {
        room.acquireUninterruptibly();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            String text = response.body();
            var body = text.startsWith("{") ? json.readTree(text) : json.createObjectNode();
            journal.answered(response.statusCode());
            return new Answer(response.statusCode(), body, text);
        } catch (IOException | JacksonException e) {
            journal.answered(0);
            return new Answer(0, json.createObjectNode(), String.valueOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(0, json.createObjectNode(), "interrupted");
        } finally {
            room.release();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
