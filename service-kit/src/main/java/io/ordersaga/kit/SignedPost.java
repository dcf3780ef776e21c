package io.ordersaga.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/// Makes the request that tells somebody of something: JSON with a [Signature]. It goes to an address that
/// was looked at, whatever its name stands for a moment later. Follows no redirect and reads nothing of the
/// answer but its status. Thread-safe.
public final class SignedPost implements AutoCloseable {

    /// What became of a request.
    ///
    /// @param status 0 when there was no answer
    /// @param error empty when it was received
    public record Result(int status, String error) {
        /// No request was made, or nobody answered it.
        public static Result failed(String error) {
            return new Result(0, error);
        }

        /// Whether the answer was a success.
        public boolean received() {
            return error.isEmpty();
        }
    }

    private final AddressRules rules;
    private final Duration deadline;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("signed-post").daemon().factory());

    /// Opens no connection yet.
    ///
    /// @param deadline of one request, from the connection to the status
    public SignedPost(AddressRules rules, Duration deadline) {
        this.rules = rules;
        this.deadline = deadline;
    }

    /// Sends one notice and waits for the answer.
    ///
    /// @param url one to whose text the rules have no objection
    /// @param secret what it is signed with
    /// @param headers beside those of every such request
    /// @param body JSON
    /// @param now the time in the signature
    public Result send(URI url, String secret, Map<String, String> headers, byte[] body, Instant now)
            throws InterruptedException {
        return switch (rules.addressesOf(url)) {
            case AddressRules.Objection(String text) -> Result.failed("the URL " + text);
            case AddressRules.Addresses(List<InetAddress> addresses) -> {
                Map<String, String> all = new LinkedHashMap<>();
                all.put("Content-Type", "application/json");
                all.put("User-Agent", "ordersaga-webhooks/1");
                all.put(Signature.HEADER, Signature.of(secret, now, body));
                all.putAll(headers);
                yield send(url, addresses, all, body);
            }
        };
    }

    private Result send(URI url, List<InetAddress> addresses, Map<String, String> headers, byte[] body)
            throws InterruptedException {
        try (CheckedPost post = new CheckedPost(url, deadline, watch)) {
            int status = post.send(addresses, headers, body);
            return status / 100 == 2 ? new Result(status, "") : new Result(status, "answered " + status);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            String message = e.getMessage();
            return Result.failed(e.getClass().getSimpleName() + (message == null ? "" : ": " + message));
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
