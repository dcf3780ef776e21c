package io.ordersaga.coordinator.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.rpc.Status;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.StoreOverloadedException;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.engine.Submissions;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.coordinator.transport.SubmitForm.OptionsForm;
import io.ordersaga.saga.dtm.DtmBranchRequest;
import io.ordersaga.saga.dtm.DtmGidReply;
import io.ordersaga.saga.dtm.DtmGrpc;
import io.ordersaga.saga.dtm.DtmProgressesReply;
import io.ordersaga.saga.dtm.DtmRequest;
import io.ordersaga.saga.dtm.DtmTopicRequest;
import io.ordersaga.saga.dtm.DtmTransOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// `dtmgimp.Dtm`, as far as it goes.
public final class DtmEndpoint extends DtmGrpc.DtmImplBase {

    /// Left of the caller's deadline for the way back.
    private static final Duration WAY_BACK = Duration.ofMillis(100);
    /// DTM's names of the fields, as far as they differ from those of its HTTP transport.
    private static final Map<String, String> FIELD_NAMES = Map.of(
            "gid", "Gid",
            "trans_type", "TransType",
            "steps", "Steps",
            "payloads", "BinPayloads",
            "custom_data", "CustomedData",
            "branch_headers", "TransOptions.BranchHeaders",
            "retry_interval", "TransOptions.RetryInterval",
            "request_timeout", "TransOptions.RequestTimeout",
            "timeout_to_fail", "TransOptions.TimeoutToFail",
            "retry_limit", "TransOptions.RetryLimit");

    private final Submissions submissions;
    private final SagaReader reader;
    private final SubmitLimits limits;

    public DtmEndpoint(Submissions submissions, SubmitLimits limits) {
        this.submissions = submissions;
        this.reader = new SagaReader(limits);
        this.limits = limits;
    }

    @Override
    public void newGid(Empty request, StreamObserver<DtmGidReply> observer) {
        observer.onNext(DtmGidReply.newBuilder().setGid(ShortUuid.random()).build());
        observer.onCompleted();
    }

    @Override
    public void submit(DtmRequest request, StreamObserver<Empty> observer) {
        Optional<Status> refusal = submit(request);
        if (refusal.isPresent()) {
            observer.onError(StatusProto.toStatusRuntimeException(refusal.get()));
        } else {
            observer.onNext(Empty.getDefaultInstance());
            observer.onCompleted();
        }
    }

    private Optional<Status> submit(DtmRequest request) {
        Optional<SubmitAnswer.Overloaded> overload = submissions.overload();
        if (overload.isPresent()) {
            return Optional.of(SagaErrors.overloaded(overload.get().retryAfter()));
        }
        try {
            SagaDefinition definition = reader.read(form(request));
            boolean wait = request.getTransOptions().getWaitResult();
            return SagaErrors.statusOf(submissions.submit(definition, wait, patience(wait)));
        } catch (InvalidSagaException invalid) {
            return Optional.of(SagaErrors.invalid(invalid, fieldName(invalid.field())));
        } catch (StoreOverloadedException overloaded) {
            return Optional.of(SagaErrors.overloaded(overloaded.retryAfter()));
        } catch (StoreUnavailableException failure) {
            return Optional.of(SagaErrors.unavailable(Duration.ofSeconds(1)));
        }
    }

    private Duration patience(boolean wait) {
        Duration longest = wait ? limits.waitMax() : limits.acceptMax();
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return longest;
        }
        Duration left =
                Duration.ofMillis(deadline.timeRemaining(TimeUnit.MILLISECONDS)).minus(WAY_BACK);
        return left.compareTo(longest) < 0 ? left : longest;
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
                        options.getRetryLimit()));
    }

    private static String fieldName(String field) {
        int end = 0;
        while (end < field.length() && field.charAt(end) != '.' && field.charAt(end) != '[') {
            end++;
        }
        String head = field.substring(0, end);
        return FIELD_NAMES.getOrDefault(head, head) + field.substring(end);
    }

    @Override
    public void prepare(DtmRequest request, StreamObserver<Empty> observer) {
        unsupported("Prepare", observer);
    }

    @Override
    public void abort(DtmRequest request, StreamObserver<Empty> observer) {
        unsupported("Abort", observer);
    }

    @Override
    public void registerBranch(DtmBranchRequest request, StreamObserver<Empty> observer) {
        unsupported("RegisterBranch", observer);
    }

    @Override
    public void prepareWorkflow(DtmRequest request, StreamObserver<DtmProgressesReply> observer) {
        unsupported("PrepareWorkflow", observer);
    }

    @Override
    public void subscribe(DtmTopicRequest request, StreamObserver<Empty> observer) {
        unsupported("Subscribe", observer);
    }

    @Override
    public void unsubscribe(DtmTopicRequest request, StreamObserver<Empty> observer) {
        unsupported("Unsubscribe", observer);
    }

    @Override
    public void deleteTopic(DtmTopicRequest request, StreamObserver<Empty> observer) {
        unsupported("DeleteTopic", observer);
    }

    private static void unsupported(String method, StreamObserver<?> observer) {
        observer.onError(StatusProto.toStatusRuntimeException(SagaErrors.unsupported(method)));
    }
}
