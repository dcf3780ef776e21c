package io.ordersaga.coordinator.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.setup.MockMvcBuilders.routerFunctions;

import com.google.protobuf.Empty;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.ClientDecisions;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.StoreOverloadedException;
import io.ordersaga.coordinator.engine.Submissions;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.coordinator.engine.TopicStore;
import io.ordersaga.saga.dtm.DtmRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.mock.web.MockHttpServletResponse;

/// However a coordinator notices that it has too much to do, submitters hear the same over both transports:
/// nothing is stored, and when to come again.
class OverloadTest {

    private static final Duration RETRY_AFTER = Duration.ofMillis(1_200);
    private static final SubmitLimits LIMITS = new SubmitLimits(
            10,
            1_000,
            1_000,
            100,
            10,
            100,
            100,
            10,
            10,
            Duration.ofDays(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));

    enum Noticed {
        BEFORE_READING,
        BY_THE_DISPATCHER,
        BY_THE_STORE
    }

    private record Full(Noticed noticed) implements Submissions {

        @Override
        public Optional<SubmitAnswer.Overloaded> overload() {
            return noticed == Noticed.BEFORE_READING
                    ? Optional.of(new SubmitAnswer.Overloaded(RETRY_AFTER))
                    : Optional.empty();
        }

        @Override
        public SubmitAnswer submit(SagaDefinition definition, boolean waitForEnd, Duration patience) {
            return switch (noticed) {
                case BEFORE_READING -> throw new AssertionError("was told to refuse before");
                case BY_THE_DISPATCHER -> new SubmitAnswer.Overloaded(RETRY_AFTER);
                case BY_THE_STORE -> throw new StoreOverloadedException(RETRY_AFTER);
            };
        }
    }

    private static final class NoSagas implements SagaArchive {

        @Override
        public Optional<StoredSaga> find(Gid gid) {
            return Optional.empty();
        }

        @Override
        public List<StoredSaga> list(Filter filter) {
            return List.of();
        }

        @Override
        public List<Attempt> attempts(Gid gid, int limit) {
            return List.of();
        }
    }

    private record NoDesk() implements DtmHttp.SagaDesk {

        @Override
        public boolean release(Gid gid) {
            return false;
        }

        @Override
        public int hurry(Duration after, int limit) {
            return 0;
        }
    }

    private record NoTopics() implements TopicStore {

        @Override
        public void change(String topic, Change change) {
            throw new AssertionError("nobody asked for a topic");
        }

        @Override
        public boolean delete(String topic) {
            return false;
        }

        @Override
        public List<Subscriber> subscribers(String topic) {
            return List.of();
        }

        @Override
        public Optional<Entry> find(String category, String key) {
            return Optional.empty();
        }

        @Override
        public List<Entry> list(String category, long beforeId, int limit) {
            return List.of();
        }
    }

    private static ClientRequests requests(Noticed noticed) {
        return new ClientRequests(
                new Full(noticed),
                new NoDecisions(),
                new NoSagas(),
                new NoTopics(),
                LIMITS,
                new AllowList(false, List.of()),
                true);
    }

    private record NoDecisions() implements ClientDecisions {

        @Override
        public SubmitAnswer prepare(SagaDefinition definition, Duration patience) {
            throw new AssertionError("only submits here");
        }

        @Override
        public SubmitAnswer abort(Gid gid, Rejection why, Duration patience) {
            throw new AssertionError("only submits here");
        }

        @Override
        public SubmitAnswer register(Gid gid, Mode mode, Step branch) {
            throw new AssertionError("only submits here");
        }

        @Override
        public SubmitAnswer finish(Gid gid, boolean succeeded, Rejection why, Bytes result, Duration patience) {
            throw new AssertionError("only submits here");
        }

        @Override
        public SubmitAnswer forceStop(Gid gid, Duration patience) {
            throw new AssertionError("only submits here");
        }
    }

    private static final class Caught implements StreamObserver<Empty> {

        private final List<Throwable> failures = new ArrayList<>();

        @Override
        public void onNext(Empty value) {
            throw new AssertionError("was taken");
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void onCompleted() {
            throw new AssertionError("was taken");
        }
    }

    @ParameterizedTest
    @EnumSource
    void overGrpcItIsResourceExhaustedWithRetryInfo(Noticed noticed) throws Exception {
        // Even what cannot be read is not read.
        String steps = noticed == Noticed.BEFORE_READING ? "{not json" : "[]";
        Caught caught = new Caught();
        new DtmEndpoint(requests(noticed), new RequestMetrics(new SimpleMeterRegistry(), "grpc"))
                .submit(
                        DtmRequest.newBuilder()
                                .setGid("gid-1")
                                .setTransType("saga")
                                .setSteps(steps)
                                .build(),
                        caught);

        assertThat(caught.failures).hasSize(1);
        Status status = Objects.requireNonNull(StatusProto.fromThrowable(caught.failures.getFirst()));
        assertThat(status.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED.value());
        RetryInfo retry = status.getDetailsList().get(1).unpack(RetryInfo.class);
        assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(1);
        assertThat(retry.getRetryDelay().getNanos()).isEqualTo(200_000_000);
    }

    @ParameterizedTest
    @EnumSource
    void overHttpItIs429WithRetryAfterInWholeSeconds(Noticed noticed) throws Exception {
        String body = noticed == Noticed.BEFORE_READING ? "{not json" : "{\"gid\":\"gid-1\",\"trans_type\":\"saga\"}";
        RequestMetrics metrics = new RequestMetrics(new SimpleMeterRegistry(), "http");
        DtmHttp http =
                new DtmHttp(requests(noticed), new NoSagas(), new NoDesk(), new NoTopics(), LIMITS, metrics, () -> "");
        MockHttpServletResponse response = routerFunctions(http.routes())
                .build()
                .perform(post("/api/dtmsvr/submit").content(body))
                .andReturn()
                .getResponse();

        assertThat(response.getStatus()).isEqualTo(429);
        assertThat(response.getHeader("Retry-After")).isEqualTo("2");
        assertThat(response.getContentAsString()).contains("too many sagas").doesNotContain("dtm_result");
    }
}
