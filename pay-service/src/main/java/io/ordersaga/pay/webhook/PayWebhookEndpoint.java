package io.ordersaga.pay.webhook;

import io.grpc.stub.StreamObserver;
import io.ordersaga.pay.Settlement;
import io.ordersaga.pay.v1.PayWebhooksGrpc;
import io.ordersaga.pay.v1.ReceiveWebhookRequest;
import io.ordersaga.pay.v1.ReceiveWebhookResponse;

/// Where the gateway passes on what providers post to it.
final class PayWebhookEndpoint extends PayWebhooksGrpc.PayWebhooksImplBase {
    private final ReceiveNotice receiveNotice;

    PayWebhookEndpoint(ReceiveNotice receiveNotice) {
        this.receiveNotice = receiveNotice;
    }

    @Override
    public void receive(ReceiveWebhookRequest request, StreamObserver<ReceiveWebhookResponse> observer) {
        Settlement.Outcome outcome = receiveNotice.receive(
                request.getProvider(),
                request.getHeadersMap(),
                request.getBody().toByteArray());
        observer.onNext(
                ReceiveWebhookResponse.newBuilder().setOutcome(outcome.name()).build());
        observer.onCompleted();
    }
}
