package io.ordersaga.order.webhook;

import com.google.protobuf.Empty;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.AddressRules;
import io.ordersaga.kit.Caller;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.order.v1.CreateWebhookEndpointRequest;
import io.ordersaga.order.v1.DeleteWebhookEndpointRequest;
import io.ordersaga.order.v1.GetWebhookEndpointRequest;
import io.ordersaga.order.v1.ListWebhookDeliveriesRequest;
import io.ordersaga.order.v1.ListWebhookDeliveriesResponse;
import io.ordersaga.order.v1.ListWebhookEndpointsRequest;
import io.ordersaga.order.v1.ListWebhookEndpointsResponse;
import io.ordersaga.order.v1.OrderEvent;
import io.ordersaga.order.v1.RedeliverWebhookRequest;
import io.ordersaga.order.v1.WebhookDelivery;
import io.ordersaga.order.v1.WebhookEndpoint;
import io.ordersaga.order.v1.WebhookServiceGrpc;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Adds, shows and removes webhook endpoints, and shows what was delivered to them. For staff.
final class WebhookServiceEndpoint extends WebhookServiceGrpc.WebhookServiceImplBase {
    static final String ENDPOINT_NOT_FOUND = "WEBHOOK_ENDPOINT_NOT_FOUND";
    static final String EVENT_NOT_FOUND = "WEBHOOK_EVENT_NOT_FOUND";
    static final String SEALING_KEY_MISSING = "SEALING_KEY_MISSING";
    static final String TOO_MANY_ENDPOINTS = "TOO_MANY_WEBHOOK_ENDPOINTS";

    private static final int ID_BYTES = 10;
    private static final int SECRET_BYTES = 32;

    private final WebhookTable table;
    private final EndpointSecrets secrets;
    private final AddressRules rules;
    private final WebhookConfig config;
    private final ErrorDomain domain;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    WebhookServiceEndpoint(
            WebhookTable table,
            EndpointSecrets secrets,
            AddressRules rules,
            WebhookConfig config,
            ErrorDomain domain,
            InstantSource clock) {
        this.table = table;
        this.secrets = secrets;
        this.rules = rules;
        this.config = config;
        this.domain = domain;
        this.clock = clock;
    }

    @Override
    public void createWebhookEndpoint(CreateWebhookEndpointRequest request, StreamObserver<WebhookEndpoint> answer) {
        Caller.current().requireStaff();
        Optional<String> objection = rules.objectionToText(request.getUrl());
        if (objection.isEmpty()) {
            objection = rules.objectionToAddress(URI.create(request.getUrl()));
        }
        if (objection.isPresent()) {
            throw domain.invalidField("url", objection.get());
        }
        if (!secrets.canSeal()) {
            throw domain.refusal(
                    Status.Code.FAILED_PRECONDITION,
                    SEALING_KEY_MISSING,
                    "without ordersaga.order-webhooks.sealing.key no secret can be kept",
                    Map.of());
        }
        String id = "we_" + HexFormat.of().formatHex(random(ID_BYTES));
        String secret = "whsec_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random(SECRET_BYTES));
        EndpointRow row = new EndpointRow(
                id,
                request.getUrl(),
                String.join(",", types(request.getEventTypesList())),
                request.getDescription(),
                secrets.seal(id, secret),
                false,
                clock.instant());
        if (!table.insert(row, config.endpointsMax())) {
            throw domain.refusal(
                    Status.Code.FAILED_PRECONDITION,
                    TOO_MANY_ENDPOINTS,
                    "there are " + config.endpointsMax() + " webhook endpoints already",
                    Map.of("limit", Integer.toString(config.endpointsMax())));
        }
        answer.onNext(WebhookProtos.message(row, new WebhookTable.Backlog(0, 0)).toBuilder()
                .setSecret(secret)
                .build());
        answer.onCompleted();
    }

    @Override
    public void getWebhookEndpoint(GetWebhookEndpointRequest request, StreamObserver<WebhookEndpoint> answer) {
        Caller.current().requireStaff();
        answer.onNext(message(endpoint(request.getWebhookEndpointId())));
        answer.onCompleted();
    }

    @Override
    public void listWebhookEndpoints(
            ListWebhookEndpointsRequest request, StreamObserver<ListWebhookEndpointsResponse> answer) {
        Caller.current().requireStaff();
        answer.onNext(ListWebhookEndpointsResponse.newBuilder()
                .addAllWebhookEndpoints(
                        table.listEndpoints().stream().map(this::message).toList())
                .build());
        answer.onCompleted();
    }

    @Override
    public void deleteWebhookEndpoint(DeleteWebhookEndpointRequest request, StreamObserver<Empty> answer) {
        Caller.current().requireStaff();
        if (!table.delete(request.getWebhookEndpointId())) {
            throw endpointNotFound(request.getWebhookEndpointId());
        }
        answer.onNext(Empty.getDefaultInstance());
        answer.onCompleted();
    }

    @Override
    public void listWebhookDeliveries(
            ListWebhookDeliveriesRequest request, StreamObserver<ListWebhookDeliveriesResponse> answer) {
        Caller.current().requireStaff();
        EndpointRow endpoint = endpoint(request.getWebhookEndpointId());
        DeliveryPage.Position after = DeliveryPage.position(request.getPageToken(), clock.instant())
                .orElseThrow(() -> domain.invalidField("page_token", "is none that a page before has named"));
        int size = DeliveryPage.size(request.getPageSize());
        List<DeliveryRow> rows = table.listDeliveries(endpoint.webhookEndpointId(), after, size + 1);
        ListWebhookDeliveriesResponse.Builder response = ListWebhookDeliveriesResponse.newBuilder();
        rows.stream().limit(size).map(WebhookProtos::message).forEach(response::addDeliveries);
        if (rows.size() > size) {
            response.setNextPageToken(DeliveryPage.token(rows.get(size - 1)));
        }
        answer.onNext(response.build());
        answer.onCompleted();
    }

    @Override
    public void redeliverWebhook(RedeliverWebhookRequest request, StreamObserver<WebhookDelivery> answer) {
        Caller.current().requireStaff();
        EndpointRow endpoint = endpoint(request.getWebhookEndpointId());
        String eventId = request.getEventId();
        int dot = eventId.lastIndexOf('.');
        String orderId = eventId.substring(0, dot);
        long seq = Long.parseLong(eventId.substring(dot + 1));
        EventRow event = table.findNextEvent(orderId, seq, endpoint.eventTypes())
                .filter(found -> found.seq() == seq)
                .orElseThrow(() -> eventNotFound(eventId));
        table.rewind(endpoint.webhookEndpointId(), orderId, seq, clock.instant());
        table.record(WebhookProtos.again(endpoint, event, clock.instant()));
        answer.onNext(table.findDelivery(endpoint.webhookEndpointId(), orderId, seq)
                .map(WebhookProtos::message)
                .orElseThrow(() -> endpointNotFound(request.getWebhookEndpointId())));
        answer.onCompleted();
    }

    private WebhookEndpoint message(EndpointRow row) {
        return WebhookProtos.message(row, table.countLines(row.webhookEndpointId(), config.ordersMax() + 1));
    }

    /// As they are stored; an unknown one is refused, because nobody would ever notice it.
    private List<String> types(List<String> publicTypes) {
        List<String> types = new ArrayList<>();
        for (int i = 0; i < publicTypes.size(); i++) {
            String type = EventRow.type(publicTypes.get(i));
            if (OrderEvent.Type.getDescriptor().findValueByName(type) == null
                    || type.equals(OrderEvent.Type.TYPE_UNSPECIFIED.name())) {
                throw domain.invalidField("event_types[" + i + "]", "is no type of events");
            }
            types.add(type);
        }
        return types;
    }

    private EndpointRow endpoint(String webhookEndpointId) {
        return table.findEndpoint(webhookEndpointId).orElseThrow(() -> endpointNotFound(webhookEndpointId));
    }

    private RefusalException endpointNotFound(String webhookEndpointId) {
        return domain.refusal(
                Status.Code.NOT_FOUND,
                ENDPOINT_NOT_FOUND,
                "there is no webhook endpoint " + webhookEndpointId,
                Map.of("webhook_endpoint_id", webhookEndpointId));
    }

    private RefusalException eventNotFound(String eventId) {
        return domain.refusal(
                Status.Code.NOT_FOUND,
                EVENT_NOT_FOUND,
                "the endpoint wants no event " + eventId,
                Map.of("event_id", eventId));
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
