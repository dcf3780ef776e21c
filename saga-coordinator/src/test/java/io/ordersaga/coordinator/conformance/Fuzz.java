package io.ordersaga.coordinator.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Requests that somebody has damaged, to every way in: each is answered as what it is, and those that are refused
/// leave nothing behind. Two runs with one seed send the same.
final class Fuzz {
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private static final Set<Status.Code> BAD_CODES =
            EnumSet.of(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.DATA_LOSS);
    private static final Pattern LEAK =
            Pattern.compile("(?i)exception|\\bat [a-z.]+\\(|sqlstate|jdbc|org\\.spring|/home/|password");
    private static final String CLOSED = "http://127.0.0.1:1/never";
    private static final String[] TOKENS = {
        "null",
        "true",
        "-1",
        "1e999",
        "99999999999999999999",
        "[]",
        "{}",
        "\"\"",
        "\"",
        "\\",
        "\\u0000",
        "\u0000",
        "'; DROP TABLE saga; --",
        "%s%n",
        "../..",
        "\uD800",
        "é",
        "topic://",
        "\"gid\":1,",
        "{{{{{{{{",
        "[[[[[[[["
    };

    private final Random random;
    private final ManagedChannel channel;
    private final String base;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Set<String> refused = new HashSet<>();
    private final Map<String, Integer> answers = new LinkedHashMap<>();
    private int number;

    Fuzz(long seed, ManagedChannel channel, String base) {
        this.random = new Random(seed);
        this.channel = channel;
        this.base = base;
    }

    /// A little damage makes it no other request's.
    private String gid() {
        return "fuzz-" + number + "-" + Long.toHexString(number * SPREAD);
    }

    /// @param requests to each way in
    void run(int requests) {
        for (int round = 0; round < requests; round++) {
            for (String path :
                    List.of("submit", "prepare", "abort", "registerBranch", "prepareWorkflow", "forceStop")) {
                number++;
                post("/api/dtmsvr/" + path, mutated(json(path).getBytes(StandardCharsets.UTF_8)));
            }
            number++;
            String method =
                    List.of("submit", "prepare", "abort", "registerBranch").get(random.nextInt(4));
            String call =
                    "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"" + method + "\",\"params\":" + json(method) + "}";
            post("/api/json-rpc", mutated(call.getBytes(StandardCharsets.UTF_8)));
            for (String rpc : List.of("Submit", "Prepare", "Abort", "RegisterBranch", "PrepareWorkflow", "Subscribe")) {
                number++;
                grpc(rpc, mutated(message(rpc).toByteArray()));
            }
        }
    }

    Map<String, Integer> answers() {
        return answers;
    }

    /// Of those that were refused, none is stored.
    void requireNoResidue(Server server) {
        String position = "";
        do {
            JsonNode page = server.get("/api/dtmsvr/all?limit=1000&position=" + position)
                    .body();
            for (JsonNode transaction : page.path("transactions")) {
                assertThat(refused).doesNotContain(transaction.path("gid").asString());
            }
            position = page.path("next_position").asString("");
        } while (!position.isEmpty());
    }

    private String json(String path) {
        String type = switch (path) {
            case "submit" -> List.of("saga", "msg", "tcc").get(random.nextInt(3));
            case "prepareWorkflow" -> "workflow";
            default -> List.of("msg", "tcc", "xa").get(random.nextInt(3));
        };
        return """
                {"gid":"%s","trans_type":"%s","protocol":"","steps":[{"action":"","compensate":""},{"action":"",\
                "compensate":""}],"payloads":["{\\"a\\":1}","b"],"custom_data":"{\\"concurrent\\":true,\\"orders\\":\
                {\\"1\\":[0]},\\"name\\":\\"buy\\",\\"data\\":\\"aGk=\\"}","timeout_to_fail":6000,"retry_limit":2,\
                "request_timeout":1,"retry_interval":100,"branch_headers":{"x-tenant":"a"},"query_prepared":"%s",\
                "req_extra":{"status":"succeed"},"rollback_reason":"no","branch_id":"01","confirm":"%s",\
                "cancel":"","url":"%s","data":"d","op":"action","status":"succeed"}""".formatted(gid(), type, CLOSED, CLOSED, CLOSED);
    }

    private ByteString message(String rpc) {
        return switch (rpc) {
            case "RegisterBranch" ->
                DtmBranchRequest.newBuilder()
                        .setGid(gid())
                        .setTransType("tcc")
                        .setBranchID("01")
                        .putData("confirm", CLOSED)
                        .putData("cancel", "")
                        .setBusiPayload(ByteString.copyFromUtf8("payload"))
                        .build()
                        .toByteString();
            case "Subscribe" ->
                DtmTopicRequest.newBuilder()
                        .setTopic(gid())
                        .setURL(CLOSED)
                        .setRemark("r")
                        .build()
                        .toByteString();
            default ->
                DtmRequest.newBuilder()
                        .setGid(gid())
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
                        .build()
                        .toByteString();
        };
    }

    /// One to four wounds.
    private byte[] mutated(byte[] whole) {
        byte[] bytes = whole;
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            bytes = wounded(bytes);
        }
        return bytes;
    }

    private byte[] wounded(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - at, 1 + random.nextInt(8));
        return switch (random.nextInt(6)) {
            case 0 -> spliced(bytes, at, 1, new byte[] {(byte) random.nextInt(256)});
            case 1 -> spliced(bytes, at, length, new byte[0]);
            case 2 -> spliced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
            case 3 -> Arrays.copyOf(bytes, at);
            case 4 -> spliced(bytes, at, length, token());
            default -> spliced(bytes, at, 0, token());
        };
    }

    private byte[] token() {
        return TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] spliced(byte[] bytes, int at, int removed, byte[] added) {
        byte[] result = new byte[bytes.length - removed + added.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(added, 0, result, at, added.length);
        System.arraycopy(bytes, at + removed, result, at + added.length, bytes.length - at - removed);
        return result;
    }

    private void post(String path, byte[] body) {
        HttpResponse<String> answer;
        try {
            answer = http.send(
                    HttpRequest.newBuilder(URI.create(base + path))
                            .POST(BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
        int status = answer.statusCode();
        count(path + " " + status);
        String what = path + " " + new String(body, StandardCharsets.UTF_8) + " -> " + status + " " + answer.body();
        assertThat(status).as(what).matches(code -> code < 500 || code == 503);
        assertThat(LEAK.matcher(answer.body()).find()).as(what).isFalse();
        if (status == 400) {
            refused.add(gid());
        }
    }

    private void grpc(String rpc, byte[] body) {
        MethodDescriptor<byte[], byte[]> method = RawBytes.unary("dtmgimp.Dtm/" + rpc);
        try {
            var _ = ClientCalls.blockingUnaryCall(
                    channel, method, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), body);
            count(rpc + " OK");
        } catch (StatusRuntimeException answer) {
            Status.Code code = answer.getStatus().getCode();
            count(rpc + " " + code);
            String what = rpc + " " + ByteString.copyFrom(body) + " -> " + answer.getStatus();
            assertThat(BAD_CODES).as(what).doesNotContain(code);
            assertThat(LEAK.matcher(String.valueOf(answer.getStatus().getDescription()))
                            .find())
                    .as(what)
                    .isFalse();
            if (code == Status.Code.INVALID_ARGUMENT) {
                refused.add(gid());
            }
        }
    }

    private void count(String answer) {
        answers.merge(answer, 1, Integer::sum);
    }
}
