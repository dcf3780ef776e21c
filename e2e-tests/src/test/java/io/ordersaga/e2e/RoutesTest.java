package io.ordersaga.e2e;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.ordersaga.stack.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Every route of the OpenAPI document, once as it is meant and once as it is refused, through HTTP. The rows run in
/// their order, as different people: `owner` is a customer with orders, `other` a customer without, `staff` works here,
/// `-` says nothing and is staff on this machine.
@Tag("e2e")
class RoutesTest {
    /// method | path | who | body | code | reason of a refusal, or `name = JSON pointer` to remember a part of the
    /// answer
    private static final String ROWS = """
            POST   | /api/v1/products                                  | staff | {"productId":"{new}","title":"A thing","unitPrice":{price}} | 2xx |
            POST | /api/v1/products | owner | {"productId":"x{new}","title":"A thing","unitPrice":{price}} | 403 | ROLE_MISSING
            POST   | /api/v1/products                                  | staff | {"productId":"{new}","unitPrice":{price}} | 400 | INVALID_REQUEST
            GET    | /api/v1/products                                  | owner |  | 200 |
            GET    | /api/v1/products?pageSize=-1                      | owner |  | 400 | INVALID_REQUEST
            GET    | /api/v1/products/{new}                            | owner |  | 200 |
            GET    | /api/v1/products/nope                             | owner |  | 404 | PRODUCT_NOT_FOUND
            GET    | /api/v1/products:batchGet?productIds={new}        | owner |  | 200 |
            GET    | /api/v1/products:batchGet                         | owner |  | 400 | INVALID_REQUEST
            PATCH  | /api/v1/products/{new}                            | staff | {"title":"A better thing"} | 200 |
            PUT    | /api/v1/products/{new}                            | staff | {"title":"The best thing"} | 200 |
            PATCH  | /api/v1/products/{new}                            | owner | {"title":"Mine"} | 403 | ROLE_MISSING
            POST   | /api/v1/products/{new}:adjustStock                | staff | {"delta":"5","reason":"RECEIPT","requestId":"a{new}"} | 2xx |
            POST   | /api/v1/products/{new}:adjustStock                | staff | {"delta":"5","reason":"RECEIPT"} | 400 | INVALID_REQUEST
            POST   | /api/v1/products/{new}:adjustStock                | owner | {"delta":"5","reason":"RECEIPT","requestId":"b{new}"} | 403 | ROLE_MISSING
            POST   | /api/v1/products:receiveStock                     | staff | {"lines":[{"productId":"{new}","quantity":3}],"requestId":"c{new}"} | 2xx |
            POST   | /api/v1/products:receiveStock                     | staff | {"lines":[],"requestId":"d{new}"} | 400 | INVALID_REQUEST
            GET    | /api/v1/products/{new}/movements                  | staff |  | 200 |
            GET    | /api/v1/products/{new}/movements                  | owner |  | 403 | ROLE_MISSING
            POST   | /api/v1/couponTemplates                           | staff | {newTemplate} | 2xx | template = /couponTemplateId
            POST   | /api/v1/couponTemplates                           | owner | {newTemplate} | 403 | ROLE_MISSING
            GET    | /api/v1/couponTemplates                           | staff |  | 200 |
            GET    | /api/v1/couponTemplates?pageSize=-1               | staff |  | 400 | INVALID_REQUEST
            GET    | /api/v1/couponTemplates/{template}                | staff |  | 200 |
            GET    | /api/v1/couponTemplates/nope                      | staff |  | 404 | COUPON_TEMPLATE_NOT_FOUND
            PATCH  | /api/v1/couponTemplates/{template}                | staff | {"name":"Ten off everything"} | 200 |
            PATCH  | /api/v1/couponTemplates/{template}                | owner | {"name":"Mine"} | 403 | ROLE_MISSING
            POST   | /api/v1/couponTemplates/{template}:activate       | owner | {} | 403 | ROLE_MISSING
            POST   | /api/v1/couponTemplates/{template}:activate       | staff | {} | 200 |
            POST   | /api/v1/couponTemplates/{template}:claim          | owner | {} | 2xx | claimed = /couponId
            POST   | /api/v1/couponTemplates/{template}:claim          | owner | {} | 4xx | *
            POST   | /api/v1/couponTemplates/{template}:pause          | staff | {} | 200 |
            POST   | /api/v1/couponTemplates/{template}:pause          | owner | {} | 403 | ROLE_MISSING
            POST   | /api/v1/couponTemplates/{template}:end            | owner | {} | 403 | ROLE_MISSING
            POST   | /api/v1/couponTemplates/{template}:end            | staff | {} | 200 |
            GET    | /api/v1/coupons                                   | owner |  | 200 |
            GET    | /api/v1/coupons?userId={ownerId}                  | other |  | 403 | ROLE_MISSING
            GET    | /api/v1/coupons/{claimed}                         | owner |  | 200 |
            GET    | /api/v1/coupons/{claimed}                         | other |  | 404 | COUPON_NOT_FOUND
            POST   | /api/v1/coupons/{claimed}:quote                   | owner | {basket} | 200 |
            POST   | /api/v1/coupons/{claimed}:quote                   | owner | {"userId":"{ownerId}","lines":[]} | 400 | INVALID_REQUEST
            POST   | /api/v1/coupons:quote                             | owner | {basket} | 200 |
            POST   | /api/v1/coupons:quote                             | owner | {"userId":"{ownerId}","lines":[]} | 400 | INVALID_REQUEST
            POST   | /api/v1/coupons/{claimed}:void                    | owner | {} | 403 | ROLE_MISSING
            POST   | /api/v1/coupons/{claimed}:void                    | staff | {"note":"a mistake"} | 200 |
            POST | /api/v1/submit | - | {"userId":{ownerId},"productId":{product},"amount":1100,"productCount":1} | 200 |
            POST | /api/v1/submit | other | {"userId":{ownerId},"productId":{product},"amount":1100,"productCount":1} | 403 | ROLE_MISSING
            POST   | /api/v1/orders:quote                              | owner | {"lines":[{"productId":"{product}","quantity":2}]} | 200 |
            POST   | /api/v1/orders:quote                              | owner | {"lines":[{"productId":"nope","quantity":2}]} | 400 | PRODUCT_NOT_FOUND
            POST   | /api/v1/orders                                    | owner | {"lines":[{"productId":"{product}","quantity":1}]} | 201 | placed = /orderId
            POST   | /api/v1/orders                                    | owner | {"lines":[{"productId":"{product}","quantity":9999}]} | 400 | OUT_OF_STOCK
            POST | /api/v1/orders | other | {"userId":"{ownerId}","lines":[{"productId":"{product}","quantity":1}]} | 403 | ROLE_MISSING
            GET    | /api/v1/orders                                    | owner |  | 200 |
            GET    | /api/v1/orders?filter=colour%3Dred                | owner |  | 400 | INVALID_REQUEST
            GET    | /api/v1/orders/{placed}?wait=1s                   | owner |  | 200 |
            GET    | /api/v1/orders/{placed}                           | other |  | 404 | ORDER_NOT_FOUND
            GET    | /api/v1/orders/{placed}?wait=1h                   | owner |  | 400 | INVALID_REQUEST
            PATCH  | /api/v1/orders/{placed}                           | owner | {"note":"ring twice"} | 200 |
            PUT    | /api/v1/orders/{placed}                           | owner | {"note":"ring once"} | 200 |
            PATCH  | /api/v1/orders/{placed}                           | other | {"note":"mine"} | 404 | ORDER_NOT_FOUND
            GET    | /api/v1/orders/{placed}/timeline                  | owner |  | 200 |
            GET    | /api/v1/orders/{placed}/timeline                  | other |  | 404 | ORDER_NOT_FOUND
            GET    | /api/v1/orders/{placed}/saga                      | staff |  | 200 |
            GET    | /api/v1/orders/{placed}/saga                      | owner |  | 403 | ROLE_MISSING
            GET    | /api/v1/orders/{placed}/payment                   | owner |  | 200 | payment = /paymentId
            GET    | /api/v1/orders/{placed}/payment                   | other |  | 404 | PAYMENT_NOT_FOUND
            GET    | /api/v1/payments                                  | owner |  | 200 |
            GET    | /api/v1/payments?filter=colour%3Dred              | owner |  | 400 | INVALID_REQUEST
            GET    | /api/v1/payments/{payment}                        | owner |  | 200 |
            GET    | /api/v1/payments/{payment}                        | other |  | 404 | PAYMENT_NOT_FOUND
            POST   | /api/v1/payments/{payment}:pay                    | other | {} | 404 | PAYMENT_NOT_FOUND
            POST   | /api/v1/payments/{payment}:pay                    | owner | {} | 200 |
            DELETE | /api/v1/orders/{placed}                           | owner |  | 4xx | ORDER_STATE_CONFLICT
            POST   | /api/v1/orders/{placed}:ship                      | staff | {tracking} | 4xx | ORDER_STATE_CONFLICT
            POST   | /api/v1/orders/{placed}:confirmReceipt            | owner | {} | 4xx | ORDER_STATE_CONFLICT
            POST   | /api/v1/orders/{placed}/confirmReceipt            | owner | {} | 4xx | ORDER_STATE_CONFLICT
            POST   | /api/v1/orders/{placed}:cancel                    | other | {} | 404 | ORDER_NOT_FOUND
            POST   | /api/v1/orders/{placed}/cancel                    | other | {} | 404 | ORDER_NOT_FOUND
            POST   | /api/v1/orders/{placed}:cancel                    | owner | {"comment":"too dear"} | 200 |
            POST   | /api/v1/orders/{placed}/cancel                    | owner | {} | 200 |
            POST   | /api/v1/payments/{payment}:pay                    | owner | {} | 4xx | *
            DELETE | /api/v1/orders/{placed}                           | owner |  | 200 |
            POST   | /api/v1/orders/{paid}:cancel                      | owner | {} | 400 | PAYMENT_ALREADY_PAID
            POST | /api/v1/orders/{paid}/refunds | staff | {"amount":{"currencyCode":"CNY","amountMinor":"999999"}} | 400 | REFUND_EXCEEDS_PAID
            POST | /api/v1/orders/{paid}/refunds | staff | {"amount":{"currencyCode":"CNY","amountMinor":"100"},"reason":"late"} | 2xx | refund = /refundId
            GET    | /api/v1/orders/{paid}/refunds                     | owner |  | 200 |
            GET    | /api/v1/orders/{paid}/refunds                     | other |  | 404 | ORDER_NOT_FOUND
            GET    | /api/v1/orders/{paid}/refunds/{refund}            | owner |  | 200 |
            GET    | /api/v1/orders/{paid}/refunds/nope                | owner |  | 404 | REFUND_NOT_FOUND
            GET    | /api/v1/payments/{paidPayment}/refunds            | owner |  | 200 |
            GET    | /api/v1/payments/{paidPayment}/refunds            | other |  | 404 | PAYMENT_NOT_FOUND
            GET    | /api/v1/payments/{paidPayment}/refunds/{refund}   | owner |  | 200 |
            GET    | /api/v1/payments/{paidPayment}/refunds/nope       | owner |  | 404 | REFUND_NOT_FOUND
            POST   | /api/v1/orders/{toSend}:ship                      | owner | {tracking} | 403 | ROLE_MISSING
            POST   | /api/v1/orders/{toSend}:ship                      | staff | {tracking} | 200 |
            POST   | /api/v1/orders/{toSend}:confirmReceipt            | owner | {} | 200 |
            POST   | /api/v1/orders/{toShip}/ship                      | owner | {tracking} | 403 | ROLE_MISSING
            POST   | /api/v1/orders/{toShip}/ship                      | staff | {tracking} | 200 |
            POST   | /api/v1/orders/{toShip}/confirmReceipt            | owner | {} | 200 |
            POST   | /webhooks/payments/mock                           | -     | {"id":"1"} | 401 | WEBHOOK_SIGNATURE_INVALID
            POST   | /webhooks/payments/nobody                         | -     | {"id":"1"} | 404 | *
            POST | /api/v1/webhookEndpoints | staff | {"url":"https://203.0.113.7/hook","eventTypes":["order.paid"]} | 2xx | hook = /webhookEndpointId
            POST   | /api/v1/webhookEndpoints                          | owner | {"url":"https://203.0.113.7/hook"} | 403 | ROLE_MISSING
            GET    | /api/v1/webhookEndpoints                          | staff |  | 200 |
            GET    | /api/v1/webhookEndpoints                          | owner |  | 403 | ROLE_MISSING
            GET    | /api/v1/webhookEndpoints/{hook}                   | staff |  | 200 |
            GET    | /api/v1/webhookEndpoints/nope                     | staff |  | 404 | *
            GET    | /api/v1/webhookEndpoints/{hook}/deliveries        | staff |  | 200 |
            GET    | /api/v1/webhookEndpoints/{hook}/deliveries        | owner |  | 403 | ROLE_MISSING
            POST   | /api/v1/webhookEndpoints/{hook}/deliveries/nope.1:redeliver | staff | {} | 404 | *
            DELETE | /api/v1/webhookEndpoints/{hook}                   | owner |  | 403 | ROLE_MISSING
            DELETE | /api/v1/webhookEndpoints/{hook}                   | staff |  | 200 |
            POST   | /api/v1/audits:run                                | staff | {} | 200 |
            POST   | /api/v1/audits:run                                | owner | {} | 403 | ROLE_MISSING
            GET    | /api/v1/audits/latest                             | staff |  | 200 |
            GET    | /api/v1/audits/latest                             | owner |  | 403 | ROLE_MISSING
            """;

    /// Refused above, and well-used elsewhere: the provider's notices whenever something is paid, and redelivery where
    /// there is somebody to deliver to.
    private static final Set<String> USED_ELSEWHERE = Set.of(
            "POST /webhooks/payments/{provider}",
            "POST /api/v1/webhookEndpoints/{webhookEndpointId}/deliveries/{eventId}:redeliver");

    private record Row(String method, String path, String who, String body, String code, String expected) {
        static Row parse(String line) {
            String[] cells = line.split("\\|", -1);
            assertThat(cells).as(line).hasSize(6);
            return new Row(
                    cells[0].strip(),
                    cells[1].strip(),
                    cells[2].strip(),
                    cells[3].strip(),
                    cells[4].strip(),
                    cells[5].strip());
        }

        boolean succeeds() {
            return code.startsWith("2");
        }
    }

    private final Shop shop = Shop.open();
    private final Map<String, String> names = new HashMap<>();

    @TestFactory
    Stream<DynamicTest> everyRouteAnswersAsItShould() {
        Buyer owner = new Buyer(shop);
        long product = shop.newId();
        shop.books.addProduct(product, 100);
        String paid = owner.paidOrder(product, 1, 0);
        names.putAll(Map.ofEntries(
                entry("ownerId", Long.toString(owner.user)),
                entry("new", "n" + shop.newId()),
                entry("product", Long.toString(product)),
                entry("paid", paid),
                entry("paidPayment", owner.payment(paid).path("paymentId").asString()),
                entry("toShip", owner.paidOrder(product, 1, 0)),
                entry("toSend", owner.paidOrder(product, 1, 0)),
                entry("price", "{\"currencyCode\":\"CNY\",\"amountMinor\":\"1100\"}"),
                entry("tracking", "{\"tracking\":{\"carrier\":\"Fast\",\"number\":\"1\"}}"),
                entry("basket", """
                        {"userId":"%d","lines":[{"productId":"%d",\
                        "amount":{"currencyCode":"CNY","amountMinor":"1100"}}]}""".formatted(owner.user, product)),
                entry("newTemplate", """
                        {"name":"Ten off","validUntil":"2040-01-01T00:00:00Z","perUserLimit":1,\
                        "rule":{"kind":"AMOUNT_OFF","amountOff":{"currencyCode":"CNY","amountMinor":"1000"},\
                        "minSpend":{"currencyCode":"CNY","amountMinor":"0"},"scope":"ALL"}}""")));
        Map<String, GatewayClient> people = Map.of(
                "owner", owner.gateway,
                "other", new Buyer(shop).gateway,
                "staff", shop.gateway.as(shop.newId(), "staff"),
                "-", shop.gateway);
        return rows().stream()
                .map(row -> dynamicTest(
                        row.method() + " " + row.path() + " as " + row.who() + ": " + row.code(),
                        () -> check(row, Objects.requireNonNull(people.get(row.who())))));
    }

    @AfterAll
    static void booksBalance() {
        Shop.open().books.balance();
    }

    @Test
    void noRouteIsLeftOut() {
        JsonNode paths = new GatewayClient(shop.url(Port.GATEWAY))
                .get("/openapi.json")
                .body()
                .path("paths");
        Set<String> good = new TreeSet<>(USED_ELSEWHERE);
        Set<String> refused = new TreeSet<>();
        Set<String> all = new TreeSet<>();
        paths.forEachEntry((path, item) -> item.forEachEntry((method, _) -> {
            String route = method.toUpperCase(java.util.Locale.ROOT) + " " + path;
            all.add(route);
            Pattern form = Pattern.compile(path.replaceAll("\\{[^}]*}", "[^/:]+") + "(\\\\?.*)?");
            for (Row row : rows()) {
                if (row.method().equalsIgnoreCase(method)
                        && form.matcher(row.path()).matches()) {
                    (row.succeeds() ? good : refused).add(route);
                }
            }
        }));

        assertThat(good).as("used as it is meant").containsExactlyInAnyOrderElementsOf(all);
        assertThat(refused).as("refused").containsExactlyInAnyOrderElementsOf(all);
    }

    private void check(Row row, GatewayClient who) {
        GatewayClient.Answer answer = who.send(row.method(), filled(row.path()), filled(row.body()));

        assertThat(Integer.toString(answer.code()))
                .as(answer.text())
                .matches(row.code().replace('x', '.'));
        if (row.succeeds()) {
            remember(row.expected(), answer.body());
        } else {
            assertThat(answer.reason()).as(answer.text()).isNotEmpty();
            if (!row.expected().equals("*")) {
                assertThat(answer.reason()).as(answer.text()).isEqualTo(row.expected());
            }
        }
        if (row.succeeds() && row.method().equals("GET") && answer.headers().containsKey("etag")) {
            GatewayClient.Answer again = who.send(
                    "GET",
                    filled(row.path()),
                    "",
                    "If-None-Match",
                    String.valueOf(answer.headers().get("etag")));
            assertThat(again.code()).as("GET with the etag of before").isEqualTo(304);
        }
    }

    private void remember(String rule, JsonNode body) {
        if (!rule.isEmpty()) {
            String[] nameAndPointer = rule.split(" = ", 2);
            String value = body.at(nameAndPointer[1]).asString("");
            assertThat(value).as(rule).isNotEmpty();
            names.put(nameAndPointer[0], value);
        }
    }

    private String filled(String text) {
        Matcher name = Pattern.compile("\\{([a-zA-Z]+)}").matcher(text);
        return name.replaceAll(found -> Matcher.quoteReplacement(
                String.valueOf(names.getOrDefault(found.group(1), "not-known-" + found.group(1)))));
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        ROWS.lines().map(Row::parse).forEach(rows::add);
        return rows;
    }
}
