package io.ordersaga.coordinator.admin.page;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.MetadataUtils;
import io.ordersaga.saga.v1.AccountServiceGrpc;
import io.ordersaga.saga.v1.AlertServiceGrpc;
import io.ordersaga.saga.v1.AuditServiceGrpc;
import io.ordersaga.saga.v1.BatchServiceGrpc;
import io.ordersaga.saga.v1.NodeServiceGrpc;
import io.ordersaga.saga.v1.OperationServiceGrpc;
import io.ordersaga.saga.v1.RetentionServiceGrpc;
import io.ordersaga.saga.v1.SessionServiceGrpc;
import io.ordersaga.saga.v1.TargetServiceGrpc;
import io.ordersaga.saga.v1.TokenServiceGrpc;
import io.ordersaga.saga.v1.TopicServiceGrpc;
import io.ordersaga.saga.v1.TransactionServiceGrpc;
import io.ordersaga.saga.v1.ViewServiceGrpc;
import java.time.Duration;

/// The services of `saga.v1` as one viewer sees them: each call has a deadline and the viewer's credentials.
final class Backend {

    private final Channel channel;
    private final Duration deadline;
    private final Duration selectDeadline;

    private Backend(Channel channel, Duration deadline, Duration selectDeadline) {
        this.channel = channel;
        this.deadline = deadline;
        this.selectDeadline = selectDeadline;
    }

    /// @param credentials of the viewer, as every call shows them
    static Backend of(Channel channel, PageSettings settings, Metadata credentials) {
        return new Backend(
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(credentials)),
                settings.deadline(),
                settings.selectDeadline());
    }

    private <S extends AbstractBlockingStub<S>> S timed(S stub) {
        return stub.withDeadlineAfter(deadline);
    }

    SessionServiceGrpc.SessionServiceBlockingStub sessions() {
        return timed(SessionServiceGrpc.newBlockingStub(channel));
    }

    TransactionServiceGrpc.TransactionServiceBlockingStub transactions() {
        return timed(TransactionServiceGrpc.newBlockingStub(channel));
    }

    OperationServiceGrpc.OperationServiceBlockingStub operations() {
        return timed(OperationServiceGrpc.newBlockingStub(channel));
    }

    BatchServiceGrpc.BatchServiceBlockingStub batches() {
        return timed(BatchServiceGrpc.newBlockingStub(channel));
    }

    /// The same for what looks for all that a filter selects.
    BatchServiceGrpc.BatchServiceBlockingStub selectingBatches() {
        return BatchServiceGrpc.newBlockingStub(channel).withDeadlineAfter(selectDeadline);
    }

    TargetServiceGrpc.TargetServiceBlockingStub targets() {
        return timed(TargetServiceGrpc.newBlockingStub(channel));
    }

    NodeServiceGrpc.NodeServiceBlockingStub nodes() {
        return timed(NodeServiceGrpc.newBlockingStub(channel));
    }

    AuditServiceGrpc.AuditServiceBlockingStub audit() {
        return timed(AuditServiceGrpc.newBlockingStub(channel));
    }

    AccountServiceGrpc.AccountServiceBlockingStub accounts() {
        return timed(AccountServiceGrpc.newBlockingStub(channel));
    }

    TokenServiceGrpc.TokenServiceBlockingStub tokens() {
        return timed(TokenServiceGrpc.newBlockingStub(channel));
    }

    AlertServiceGrpc.AlertServiceBlockingStub alerts() {
        return timed(AlertServiceGrpc.newBlockingStub(channel));
    }

    RetentionServiceGrpc.RetentionServiceBlockingStub retention() {
        return timed(RetentionServiceGrpc.newBlockingStub(channel));
    }

    TopicServiceGrpc.TopicServiceBlockingStub topics() {
        return timed(TopicServiceGrpc.newBlockingStub(channel));
    }

    ViewServiceGrpc.ViewServiceBlockingStub views() {
        return timed(ViewServiceGrpc.newBlockingStub(channel));
    }
}
