package io.ordersaga.saga.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import io.ordersaga.saga.dtm.DtmRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MsgTest {
    private static final String POINTS = "points:48282/shop.PointsBranches/Add";

    private final Msg msg = Msg.of("paid-1").deliver(POINTS, StringValue.of("one"));

    @Test
    void isWhatDtmsClientsSend() {
        DtmRequest request = msg.deliver("http://mail/send", Payload.json("{\"to\":1}"))
                .deliverToTopic("order-paid", Payload.EMPTY)
                .queryPrepared("pay:38282/shop.Pay/QueryPrepared")
                .delay(Duration.ofSeconds(10))
                .branchHeader("x-tenant", "a")
                .waitResult(true)
                .timeoutToFail(Duration.ofMinutes(2))
                .retryInterval(Duration.ofSeconds(3))
                .requestTimeout(Duration.ofSeconds(4))
                .toRequest();

        assertThat(request.getTransType()).isEqualTo("msg");
        assertThat(request.getSteps())
                .isEqualTo("[{\"action\":\"" + POINTS + "\"},{\"action\":\"http://mail/send\"},"
                        + "{\"action\":\"topic://order-paid\"}]");
        assertThat(request.getBinPayloadsList().get(1).toStringUtf8()).isEqualTo("{\"to\":1}");
        assertThat(request.getBinPayloads(2).isEmpty()).isTrue();
        assertThat(request.getQueryPrepared()).isEqualTo("pay:38282/shop.Pay/QueryPrepared");
        assertThat(request.getCustomedData()).isEqualTo("{\"delay\":10}");
        assertThat(request.getTransOptions().getBranchHeadersMap()).containsEntry("x-tenant", "a");
        assertThat(request.getTransOptions().getWaitResult()).isTrue();
        assertThat(request.getTransOptions().getTimeoutToFail()).isEqualTo(120);
        assertThat(request.getTransOptions().getRetryInterval()).isEqualTo(3);
        assertThat(request.getTransOptions().getRequestTimeout()).isEqualTo(4);
    }

    @Test
    void isNotChangedByWhatIsMadeOfIt() {
        DtmRequest before = msg.toRequest();

        msg.deliver(POINTS, Payload.EMPTY).delay(Duration.ofSeconds(1)).queryPrepared(POINTS);

        assertThat(msg.toRequest()).isEqualTo(before);
        assertThat(before.getCustomedData()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "a\"b", "ä"})
    void topicIsRefused(String topic) {
        assertThatThrownBy(() -> msg.deliverToTopic(topic, Payload.EMPTY)).hasMessageContaining("topic");
    }

    @Test
    void whatCannotBeSentIsRefused() {
        assertThatThrownBy(() -> Msg.of("a").toRequest()).hasMessageContaining("no receivers");
        assertThatThrownBy(() -> msg.deliver("nowhere", Payload.EMPTY)).hasMessageContaining("receiver");
        assertThatThrownBy(() -> msg.queryPrepared("nowhere")).hasMessageContaining("queryPrepared");
        assertThatThrownBy(() -> msg.delay(Duration.ofMillis(1500))).hasMessageContaining("delay");
        assertThatThrownBy(() -> Msg.of("a b")).isInstanceOf(InvalidBranchException.class);
    }
}
