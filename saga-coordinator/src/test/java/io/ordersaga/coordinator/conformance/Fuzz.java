package io.ordersaga.coordinator.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.ordersaga.saga.dtm.DtmBranchRequest;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTopicRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import io.ordersaga.testkit.RawBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Requests that somebody has damaged, in their bytes or in what they say, to every way in: each is answered as what it
/// is, and those that are refused
/// leave nothing behind. Two runs with one seed send the same to each way, several ways at once.
final class Fuzz {
    /// More callers would measure the overload gate.
    private static final int AT_ONCE = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final Pattern GID = Pattern.compile("fuzz-(\\d{1,2})-(\\d{1,9})-([0-9a-f]{1,16})");

    private static final Set<Status.Code> BAD_CODES =
            EnumSet.of(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.DATA_LOSS);
    private static final Pattern LEAK =
            Pattern.compile("(?i)exception|\\bat [a-z.]+\\(|sqlstate|jdbc|org\\.spring|/home/|password");
    private static final String CLOSED = "http://127.0.0.1:1/never";
    private static final List<String> PATHS =
            List.of("submit", "prepare", "abort", "registerBranch", "prepareWorkflow", "forceStop");
    private static final List<String> RPCS =
            List.of("Submit", "Prepare", "Abort", "RegisterBranch", "PrepareWorkflow", "Subscribe");

    private final ManagedChannel channel;
    private final String base;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Way> ways = new ArrayList<>();

    Fuzz(long seed, ManagedChannel channel, String base) {
        this.channel = channel;
        this.base = base;
        for (String path : PATHS) {
            ways.add(new Way(seed, way -> post(way, "/api/dtmsvr/" + path, text(way, path))));
        }
        ways.add(new Way(seed, way -> post(way, "/api/json-rpc", jsonRpc(way))));
        for (String rpc : RPCS) {
            ways.add(new Way(seed, way -> grpc(way, rpc, message(way, rpc))));
        }
    }

    private interface Request {
        void send(Way way);
    }

    /// One way in, used by one thread at a time.
    private final class Way {
        private final int number = ways.size();
        private final Random random;
        private final Damage damage;
        private final Twist twist;
        private final Request request;
        private final BitSet refused = new BitSet();
        private final Map<String, Integer> answers = new TreeMap<>();
        private int round;

        Way(long seed, Request request) {
            this.random = new Random(seed * SPREAD + number);
            this.damage = new Damage(random);
            this.twist = new Twist(random);
            this.request = request;
        }

        void run(int requests) {
            for (int last = round + requests; round < last; round++) {
                request.send(this);
            }
        }

        /// A little damage makes it no other request's.
        String gid() {
            return "fuzz-" + number + "-" + round + "-" + Long.toHexString((round + 1L) * SPREAD + number);
        }

        boolean hasRefused(int earlier, String hash) {
            return refused.get(earlier) && hash.equals(Long.toHexString((earlier + 1L) * SPREAD + number));
        }

        void answered(String answer, boolean isRefusal) {
            answers.merge(answer, 1, Integer::sum);
            refused.set(round, isRefusal);
        }
    }

    /// @param requests to each way in
    void run(int requests) {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<?>> running = new ArrayList<>();
            ways.forEach(way -> running.add(threads.submit(() -> way.run(requests))));
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException failure) {
            throw new AssertionError(failure.getCause());
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
    }

    /// How often each way in gave each answer.
    Map<String, Integer> answers() {
        Map<String, Integer> all = new TreeMap<>();
        ways.forEach(way -> all.putAll(way.answers));
        return all;
    }

    /// Of those that were refused, none is stored.
    ///
    /// @return transactions that are
    int requireNoResidue(Server server) {
        int stored = 0;
        String position = "";
        do {
            JsonNode page = server.get("/api/dtmsvr/all?limit=1000&position=" + position)
                    .body();
            for (JsonNode transaction : page.path("transactions")) {
                stored++;
                String gid = transaction.path("gid").asString();
                assertThat(wasRefused(gid)).as(gid).isFalse();
            }
            position = page.path("next_position").asString("");
        } while (!position.isEmpty());
        return stored;
    }

    private boolean wasRefused(String gid) {
        Matcher ours = GID.matcher(gid);
        if (!ours.matches()) {
            return false;
        }
        int way = Integer.parseInt(ours.group(1));
        return way < ways.size() && ways.get(way).hasRefused(Integer.parseInt(ours.group(2)), ours.group(3));
    }

    private static String jsonRpc(Way way) {
        String method = List.of("submit", "prepare", "abort", "registerBranch").get(way.random.nextInt(4));
        return "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"" + method + "\",\"params\":" + text(way, method) + "}";
    }

    private static String text(Way way, String path) {
        String type = switch (path) {
            case "submit" -> List.of("saga", "msg", "tcc").get(way.random.nextInt(3));
            case "prepareWorkflow" -> "workflow";
            default -> List.of("msg", "tcc", "xa").get(way.random.nextInt(3));
        };
        return """
                {"gid":"%s","trans_type":"%s","protocol":"","steps":[{"action":"","compensate":""},{"action":"",\
                "compensate":""}],"payloads":["{\\"a\\":1}","b"],"custom_data":"{\\"concurrent\\":true,\\"orders\\":\
                {\\"1\\":[0]},\\"name\\":\\"buy\\",\\"data\\":\\"aGk=\\"}","timeout_to_fail":6000,"retry_limit":2,\
                "request_timeout":1,"retry_interval":100,"branch_headers":{"x-tenant":"a"},"query_prepared":"%s",\
                "req_extra":{"status":"succeed"},"rollback_reason":"no","branch_id":"01","confirm":"%s",\
                "cancel":"","url":"%s","data":"d","op":"action","status":"succeed"}""".formatted(way.gid(), type, CLOSED, CLOSED, CLOSED);
    }

    private static Message message(Way way, String rpc) {
        return switch (rpc) {
            case "RegisterBranch" ->
                DtmBranchRequest.newBuilder()
                        .setGid(way.gid())
                        .setTransType("tcc")
                        .setBranchID("01")
                        .putData("confirm", CLOSED)
                        .putData("cancel", "")
                        .setBusiPayload(ByteString.copyFromUtf8("payload"))
                        .build();
            case "Subscribe" ->
                DtmTopicRequest.newBuilder()
                        .setTopic(way.gid())
                        .setURL(CLOSED)
                        .setRemark("r")
                        .build();
            default ->
                DtmRequest.newBuilder()
                        .setGid(way.gid())
                        .setTransType(
                                rpc.equals("PrepareWorkflow") ? "workflow" : rpc.equals("Submit") ? "saga" : "msg")
                        .setSteps("[{\"action\":\"\",\"compensate\":\"\"}]")
                        .addBinPayloads(ByteString.copyFromUtf8("payload"))
                        .setCustomedData("{\"name\":\"buy\",\"data\":\"aGk=\"}")
                        .setQueryPrepared(CLOSED)
                        .setTransOptions(DtmTransOptions.newBuilder()
                                .setTimeoutToFail(6000)
                                .setRetryInterval(100)
                                .putBranchHeaders("x-tenant", "a"))
                        .putReqExtra("status", "succeed")
                        .build();
        };
    }

    private void post(Way way, String path, String whole) {
        byte[] body = way.random.nextBoolean()
                ? way.damage.mutated(whole.getBytes(StandardCharsets.UTF_8))
                : way.twist.twisted(whole);
        HttpResponse<String> answer;
        try {
            answer = http.send(
                    HttpRequest.newBuilder(URI.create(base + path))
                            .timeout(PATIENCE)
                            .POST(BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(path + " " + new String(body, StandardCharsets.UTF_8), failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
        int status = answer.statusCode();
        if ((status >= 500 && status != 503) || LEAK.matcher(answer.body()).find()) {
            throw new AssertionError(
                    path + " " + new String(body, StandardCharsets.UTF_8) + " -> " + status + " " + answer.body());
        }
        way.answered(
                path + " " + status,
                status == 400 || status == 404 || answer.body().contains("\"code\":-326"));
    }

    private void grpc(Way way, String rpc, Message whole) {
        byte[] body = way.random.nextBoolean() ? way.damage.mutated(whole.toByteArray()) : way.twist.twisted(whole);
        MethodDescriptor<byte[], byte[]> method = RawBytes.unary("dtmgimp.Dtm/" + rpc);
        try {
            var _ = ClientCalls.blockingUnaryCall(
                    channel,
                    method,
                    CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS),
                    body);
            way.answered(rpc + " OK", false);
        } catch (StatusRuntimeException answer) {
            Status.Code code = answer.getStatus().getCode();
            String text = String.valueOf(answer.getStatus().getDescription());
            if (BAD_CODES.contains(code) || LEAK.matcher(text).find()) {
                throw new AssertionError(rpc + " " + ByteString.copyFrom(body) + " -> " + answer.getStatus(), answer);
            }
            way.answered(rpc + " " + code, code == Status.Code.INVALID_ARGUMENT || code == Status.Code.NOT_FOUND);
        }
    }
}
