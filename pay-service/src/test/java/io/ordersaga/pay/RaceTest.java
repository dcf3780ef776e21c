package io.ordersaga.pay;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.ordersaga.pay.PayFixture.Started;
import io.ordersaga.pay.mock.MockTurn;
import io.ordersaga.pay.v1.ReceiveWebhookRequest;
import io.ordersaga.pay.v1.StartPaymentRequest;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What happens at the same instant, on the real database and with real threads. `books` as in
/// [PaymentFlowTest].
@DatabaseTest
class RaceTest {
    private static final int ROUNDS = 12;

    private static PayFixture pay;

    @BeforeAll
    static void start() {
        pay = PayFixture.shared();
    }

    @Test
    void ofPayingAndCancellingExactlyOneHappens() throws Exception {
        int paid = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Started started = pay.started(700);
            List<Callable<Answer>> deeds = new ArrayList<>();
            deeds.add(() -> {
                pay.pay(started, "script=success");
                MockTurn.take(pay.service);
                return pay.cancel(started.order());
            });
            deeds.add(() -> pay.cancel(started.order()));
            PayFixture.together(deeds);
            pay.mockTurn();
            Answer last = pay.cancel(started.order());

            String books = pay.books(started.orderId());
            if (last.code() == Status.Code.OK) {
                assertThat(books).isEqualTo("CLOSED 0 0 0, 0 0");
            } else {
                paid++;
                assertThat(last.errorInfo().getReason()).isEqualTo("PAYMENT_ALREADY_PAID");
                assertThat(books).isEqualTo("PAID 700 0 0, 700 0");
            }
            assertThat(sagas(started)).hasSize(last.code() == Status.Code.OK ? 0 : 1);
        }
        System.out.println("Of " + ROUNDS + " races between paying and cancelling, paying won " + paid);
    }

    /// The provider captures whatever we do, so every cancellation that wins has money to give back.
    @Test
    void lateMoneyAndACancellationNeverBothCount() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Started started = pay.started(700);
            pay.pay(started, "script=late&seconds=0");
            List<Callable<Object>> deeds = List.of(() -> pay.cancel(started.order()), () -> {
                MockTurn.take(pay.service);
                return "";
            });
            PayFixture.together(deeds);
            pay.mockTurn();
            pay.checkTurn(started.paymentId());
            pay.checkTurn(started.paymentId());

            assertThat(pay.books(started.orderId())).isIn("PAID 700 0 0, 700 0", "CLOSED 700 700 0, 700 700");
        }
    }

    @Test
    void noticesInAnyOrderAndNumberAtOnceTakeTheMoneyOnce() throws Exception {
        Started started = pay.started(700);
        pay.gateway(false);
        pay.pay(started, "script=out_of_order");
        MockTurn.take(pay.service);
        pay.gateway(true);
        List<String> bodies =
                pay.database.rows("SELECT body FROM mock_notice WHERE body LIKE ?", "%" + started.paymentId() + "%");
        assertThat(bodies).hasSize(2);
        List<Callable<Answer>> deeds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            for (String body : bodies) {
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                ReceiveWebhookRequest notice = PayFixture.notice(
                        "mock", "mock-signature", PayFixture.signature(PayFixture.SECRET, bytes, Instant.now()), bytes);
                deeds.add(() -> pay.receive(notice));
            }
        }
        Collections.shuffle(deeds, new Random(7));

        assertThat(PayFixture.together(deeds))
                .allSatisfy(answer -> assertThat(answer.code()).isIn(Status.Code.OK, Status.Code.UNAVAILABLE));
        for (Callable<Answer> again : deeds) {
            assertThat(again.call().code()).as("all get their 2xx in the end").isEqualTo(Status.Code.OK);
        }
        assertThat(pay.books(started.orderId())).isEqualTo("PAID 700 0 0, 700 0");
        assertThat(sagas(started)).hasSize(1);
        assertThat(pay.database.rows("SELECT COUNT(*) FROM provider_event WHERE payment_id = ?", started.paymentId()))
                .containsExactly("2");
        pay.database.update("UPDATE mock_notice SET due_time = NULL");
    }

    @Test
    void refundsNeverExceedWhatWasPaid() throws Exception {
        Started started = pay.started(1000);
        pay.pay(started, "script=success");
        pay.mockTurn();
        List<Callable<Answer>> deeds = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String refundId = "race-" + i + "-" + started.paymentId().substring(0, 20);
            deeds.add(() -> pay.refund(started.orderId(), refundId, 400));
            deeds.add(() -> pay.refund(started.orderId(), refundId, 400));
        }

        PayFixture.together(deeds);
        List<Answer> settled = new ArrayList<>();
        for (Callable<Answer> again : deeds) {
            settled.add(again.call());
        }

        assertThat(settled.stream().filter(answer -> answer.code() == Status.Code.OK))
                .hasSize(4);
        assertThat(settled.stream().filter(answer -> answer.code() != Status.Code.OK))
                .allSatisfy(answer -> assertThat(answer.errorInfo().getReason()).isEqualTo("REFUND_EXCEEDS_PAID"));
        assertThat(pay.books(started.orderId())).isEqualTo("PARTIALLY_REFUNDED 1000 800 0, 1000 800");
    }

    @Test
    void whoeverBeginsToPayAtOnceGetsTheSameIntent() throws Exception {
        Started started = pay.started(700);
        List<Callable<Answer>> deeds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            deeds.add(() -> RawCalls.call(
                    pay.service.channel(),
                    "ordersaga.pay.v1.PayService/StartPayment",
                    StartPaymentRequest.newBuilder()
                            .setPaymentId(started.paymentId())
                            .build()));
        }

        assertThat(PayFixture.together(deeds))
                .allSatisfy(answer -> assertThat(answer.code()).isEqualTo(Status.Code.OK));
        assertThat(pay.database.rows("SELECT COUNT(*) FROM payment_attempt WHERE payment_id = ?", started.paymentId()))
                .containsExactly("1");
    }

    private static List<String> sagas(Started started) {
        return pay.database.rows("SELECT gid FROM saga_outbox WHERE payment_id = ?", started.paymentId());
    }
}
