package io.ordersaga.coordinator.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.rpc.Status;
import io.grpc.Context;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.StoreOverloadedException;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.coordinator.transport.SubmitForm.BranchForm;
import io.ordersaga.coordinator.transport.SubmitForm.MoreForm;
import io.ordersaga.coordinator.transport.SubmitForm.OptionsForm;
import io.ordersaga.saga.dtm.DtmBranchRequest;
import io.ordersaga.saga.dtm.DtmGidReply;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmProgress;
import io.ordersaga.saga.dtm.DtmProgressesReply;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTopicRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import io.ordersaga.saga.dtm.DtmTransaction;
import java.io.Serial;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// `dtmgimp.Dtm`.
public final class DtmEndpoint extends DtmGrpc.DtmImplBase {

    /// Left of the caller's deadline for the way back.
    private static final Duration WAY_BACK = Duration.ofMillis(100);
    /// DTM's names of the fields, as far as they differ from those of its HTTP transport.
    private static final Map<String, String> FIELD_NAMES = Map.ofEntries(
            Map.entry("gid", "Gid"),
            Map.entry("trans_type", "TransType"),
            Map.entry("steps", "Steps"),
            Map.entry("payloads", "BinPayloads"),
            Map.entry("custom_data", "CustomedData"),
            Map.entry("query_prepared", "QueryPrepared"),
            Map.entry("req_extra", "ReqExtra"),
            Map.entry("branch_id", "BranchID"),
            Map.entry("data", "BusiPayload"),
            Map.entry("confirm", "Data.confirm"),
            Map.entry("cancel", "Data.cancel"),
            Map.entry("op", "Data.op"),
            Map.entry("status", "Data.status"),
            Map.entry("topic", "Topic"),
            Map.entry("url", "URL"),
            Map.entry("remark", "Remark"),
            Map.entry("branch_headers", "TransOptions.BranchHeaders"),
            Map.entry("retry_interval", "TransOptions.RetryInterval"),
            Map.entry("request_timeout", "TransOptions.RequestTimeout"),
            Map.entry("timeout_to_fail", "TransOptions.TimeoutToFail"),
            Map.entry("retry_limit", "TransOptions.RetryLimit"));

    private final ClientRequests requests;
    private final RequestMetrics metrics;

    public DtmEndpoint(ClientRequests requests, RequestMetrics metrics) {
        this.requests = requests;
        this.metrics = metrics;
    }

    @Override
    public void newGid(Empty request, StreamObserver<DtmGidReply> observer) {
        answer(
                "NewGid",
                observer,
                () -> DtmGidReply.newBuilder().setGid(ShortUuid.random()).build());
    }

    @Override
    public void submit(DtmRequest request, StreamObserver<Empty> observer) {
        answer("Submit", observer, () -> {
            Optional<SubmitAnswer.Overloaded> overload = requests.overload();
            if (overload.isPresent()) {
                throw new Refused(SagaErrors.overloaded(overload.get().retryAfter()));
            }
            return yes(requests.submit(form(request), timeLeft()));
        });
    }

    @Override
    public void prepare(DtmRequest request, StreamObserver<Empty> observer) {
        answer("Prepare", observer, () -> yes(requests.prepare(form(request), timeLeft())));
    }

    @Override
    public void abort(DtmRequest request, StreamObserver<Empty> observer) {
        answer("Abort", observer, () -> yes(requests.abort(form(request), timeLeft())));
    }

    @Override
    public void registerBranch(DtmBranchRequest request, StreamObserver<Empty> observer) {
        answer("RegisterBranch", observer, () -> yes(requests.register(branch(request))));
    }

    @Override
    public void prepareWorkflow(DtmRequest request, StreamObserver<DtmProgressesReply> observer) {
        answer("PrepareWorkflow", observer, () -> {
            ClientRequests.Prepared prepared = requests.prepareWorkflow(form(request), timeLeft());
            var _ = yes(prepared.refusal());
            return progresses(prepared.stored().orElseThrow());
        });
    }

    @Override
    public void subscribe(DtmTopicRequest request, StreamObserver<Empty> observer) {
        answer("Subscribe", observer, () -> {
            requests.topics().subscribe(request.getTopic(), request.getURL(), request.getRemark());
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void unsubscribe(DtmTopicRequest request, StreamObserver<Empty> observer) {
        answer("Unsubscribe", observer, () -> {
            requests.topics().unsubscribe(request.getTopic(), request.getURL());
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void deleteTopic(DtmTopicRequest request, StreamObserver<Empty> observer) {
        answer("DeleteTopic", observer, () -> {
            if (!requests.topics().delete(request.getTopic())) {
                throw new Refused(SagaErrors.notFound("storage: NotFound"));
            }
            return Empty.getDefaultInstance();
        });
    }

    private interface Question<T> {
        T ask() throws Refused;
    }

    private static final class Refused extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient Status status;

        Refused(Status status) {
            super(status.getMessage(), null, false, false);
            this.status = status;
        }
    }

    private static Empty yes(Optional<Status> refusal) throws Refused {
        if (refusal.isPresent()) {
            throw new Refused(refusal.get());
        }
        return Empty.getDefaultInstance();
    }

    private <T> void answer(String method, StreamObserver<T> observer, Question<T> question) {
        long startNanos = System.nanoTime();
        Status refusal;
        try {
            T reply = question.ask();
            metrics.answered(method, true, startNanos);
            observer.onNext(reply);
            observer.onCompleted();
            return;
        } catch (Refused refused) {
            refusal = refused.status;
        } catch (InvalidSagaException invalid) {
            refusal = SagaErrors.invalid(invalid, fieldName(invalid.field()));
        } catch (StoreOverloadedException overloaded) {
            refusal = SagaErrors.overloaded(overloaded.retryAfter());
        } catch (StoreUnavailableException failure) {
            refusal = SagaErrors.unavailable(Duration.ofSeconds(1));
        }
        metrics.answered(method, false, startNanos);
        observer.onError(StatusProto.toStatusRuntimeException(refusal));
    }

    private static Optional<Duration> timeLeft() {
        return Optional.ofNullable(Context.current().getDeadline())
                .map(deadline -> Duration.ofMillis(deadline.timeRemaining(TimeUnit.MILLISECONDS))
                        .minus(WAY_BACK));
    }

    private static DtmProgressesReply progresses(StoredSaga stored) {
        Saga saga = stored.saga();
        DtmProgressesReply.Builder reply = DtmProgressesReply.newBuilder();
        reply.setTransaction(DtmTransaction.newBuilder()
                .setGid(saga.gid().value())
                .setStatus(saga.status().wireName())
                .setRollbackReason(saga.rejection().map(Rejection::reason).orElse(""))
                .setResult(saga.definition().extras().result().toText()));
        for (Step step : saga.definition().steps()) {
            if (!step.isCheckBack()) {
                reply.addProgresses(DtmProgress.newBuilder()
                        .setBranchID(step.label().branchId())
                        .setOp(step.label().op())
                        .setStatus(step.label().recorded().wireName())
                        .setBinData(ByteString.copyFrom(step.payload().toArray())));
            }
        }
        return reply.build();
    }

    private static BranchForm branch(DtmBranchRequest request) {
        return new BranchForm(
                request.getGid(),
                request.getTransType(),
                request.getBranchID(),
                request.getDataMap(),
                Bytes.of(request.getBusiPayload().toByteArray()));
    }

    private static SubmitForm form(DtmRequest request) {
        DtmTransOptions options = request.getTransOptions();
        return new SubmitForm(
                request.getGid(),
                request.getTransType(),
                Protocol.GRPC,
                JsonForms.stepsOfText(request.getSteps()),
                request.getBinPayloadsList().stream()
                        .map(ByteString::toByteArray)
                        .map(Bytes::of)
                        .toList(),
                request.getCustomedData(),
                Traceparent.addTo(options.getBranchHeadersMap(), Traceparent.current()),
                new OptionsForm(
                        options.getRetryInterval(),
                        options.getRequestTimeout(),
                        options.getTimeoutToFail(),
                        options.getRetryLimit()),
                new MoreForm(
                        options.getWaitResult(),
                        false,
                        request.getQueryPrepared(),
                        request.getRollbackReason(),
                        request.getReqExtraMap()));
    }

    private static String fieldName(String field) {
        int end = 0;
        while (end < field.length() && field.charAt(end) != '.' && field.charAt(end) != '[') {
            end++;
        }
        String head = field.substring(0, end);
        return FIELD_NAMES.getOrDefault(head, head) + field.substring(end);
    }
}
