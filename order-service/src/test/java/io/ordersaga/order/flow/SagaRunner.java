package io.ordersaga.order.flow;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.ScriptedParticipant.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A coordinator as small as can be: runs a saga's steps one after the other while its initiator waits,
/// undoes them in reverse when one refuses, and remembers how each saga ended. The steps at `o:1` are calls
/// of the service under test, all others are the [Participants]. Thread-safe.
final class SagaRunner implements AutoCloseable {
    static final String SUBMIT = "dtmgimp.Dtm/Submit";

    /// Asks so often whether a branch that goes on is done, with pauses in between.
    private static final int PATIENCE = 2000;

    private static final long PAUSE_NANOS = 1_000_000;

    private final ScriptedParticipant server = ScriptedParticipant.start();
    private final Participants participants;
    private final Map<String, String> ended = new ConcurrentHashMap<>();
    private final Map<String, Object> locks = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile @Nullable Channel orders;
    private volatile boolean down;

    SagaRunner(Participants participants) {
        this.participants = participants;
        server.always(SUBMIT, this::submit);
    }

    int port() {
        return server.port();
    }

    void orders(Channel channel) {
        this.orders = channel;
    }

    /// Whether it refuses to answer from now on.
    void down(boolean isDown) {
        down = isDown;
    }

    /// Every branch call so far, as `gid method op`.
    List<String> calls(String gid) {
        return calls.stream()
                .filter(call -> call.startsWith(gid + " "))
                .map(call -> call.substring(gid.length() + 1))
                .toList();
    }

    /// What was submitted for the gid, in the order of arrival.
    List<DtmRequest> submissions(String gid) {
        return server.calls().stream()
                .map(SagaRunner::parse)
                .filter(request -> request.getGid().equals(gid))
                .toList();
    }

    private byte[] submit(Call call) throws StatusException {
        if (down) {
            throw Status.UNAVAILABLE.withDescription("down").asException();
        }
        DtmRequest saga = parse(call);
        synchronized (locks.computeIfAbsent(saga.getGid(), gid -> new Object())) {
            String status = ended.get(saga.getGid());
            if (status != null) {
                throw Status.ABORTED
                        .withDescription("current status '" + status + "', cannot sumbmit. FAILURE")
                        .asException();
            }
            Optional<com.google.rpc.Status> refusal = run(saga);
            ended.put(saga.getGid(), refusal.isEmpty() ? "succeed" : "failed");
            if (refusal.isPresent() && saga.getTransOptions().getWaitResult()) {
                throw StatusProto.toStatusException(refusal.get());
            }
            return new byte[0];
        }
    }

    /// Ends a saga without running it, as an operator may.
    void end(String gid, String status) {
        ended.put(gid, status);
    }

    /// Runs it to its end; returns why it was rolled back, or nothing when it succeeded.
    Optional<com.google.rpc.Status> run(DtmRequest saga) {
        JsonNode steps = JsonMapper.shared().readTree(saga.getSteps());
        for (int i = 0; i < steps.size(); i++) {
            Optional<com.google.rpc.Status> refusal =
                    call(saga, i, steps.get(i).get("action").asString(), "action", Optional.empty());
            if (refusal.isPresent()) {
                for (int done = i; done >= 0; done--) {
                    String compensation = steps.get(done).get("compensate").asString();
                    if (!compensation.isEmpty()) {
                        call(saga, done, compensation, "compensate", refusal);
                    }
                }
                return refusal;
            }
        }
        return Optional.empty();
    }

    private Optional<com.google.rpc.Status> call(
            DtmRequest saga, int step, String url, String op, Optional<com.google.rpc.Status> refusal) {
        String address = url.substring(0, url.indexOf('/'));
        String method = url.substring(url.indexOf('/') + 1);
        calls.add(saga.getGid() + " " + method.substring(method.lastIndexOf('.') + 1) + " " + op);
        ByteString payload = saga.getBinPayloads(step);
        if (!address.equals("o:1")) {
            try {
                participants.call(method.substring(method.lastIndexOf('.') + 1), payload);
                return Optional.empty();
            } catch (BranchRefusedException e) {
                return Optional.of(e.toStatus());
            }
        }
        Metadata metadata = new BranchContext(saga.getGid(), "saga", "0" + (step + 1), op, refusal).toMetadata();
        for (int attempt = 0; attempt < PATIENCE; attempt++) {
            RawCalls.Answer answer =
                    RawCalls.call(Objects.requireNonNull(orders), method, metadata, List.of(payload.toByteArray()));
            if (answer.code() == Status.Code.OK) {
                return Optional.empty();
            }
            if (answer.code() == Status.Code.ABORTED) {
                return Optional.of(answer.rpcStatus());
            }
            // Ongoing, or an outage such as a lock that was not free: asked again.
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new AssertionError(method + " goes on for ever");
    }

    static List<String> stepsOf(DtmRequest saga) {
        List<String> names = new ArrayList<>();
        for (JsonNode step : JsonMapper.shared().readTree(saga.getSteps())) {
            String action = step.get("action").asString();
            String compensation = step.get("compensate").asString();
            names.add(name(action) + (compensation.isEmpty() ? "" : " / " + name(compensation)));
        }
        return names;
    }

    private static String name(String url) {
        return url.substring(url.lastIndexOf('.') + 1);
    }

    static DtmRequest parse(Call call) {
        try {
            return DtmRequest.parseFrom(call.payload());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
