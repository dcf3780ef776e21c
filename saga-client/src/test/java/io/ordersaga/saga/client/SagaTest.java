package io.ordersaga.saga.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import io.ordersaga.saga.dtm.DtmRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SagaTest {
    private static final StringValue PAYLOAD = StringValue.of("payload");
    private static final String RESERVE = "stock:28282/ordersaga.stock.v1.StockBranches/Reserve";
    private static final String RELEASE = "stock:28282/ordersaga.stock.v1.StockBranches/Release";

    private final Saga saga = Saga.of("place-1").step(RESERVE, RELEASE, PAYLOAD);

    @Test
    void stepsAreJsonAndEachHasItsPayload() {
        DtmRequest request = saga.step("http://pay:80/create?x=1", "", StringValue.of("other"))
                .step("order:8282/a.B/Confirm", StringValue.getDefaultInstance())
                .toRequest();

        assertThat(request.getGid()).isEqualTo("place-1");
        assertThat(request.getTransType()).isEqualTo("saga");
        assertThat(request.getSteps())
                .isEqualTo("[{\"action\":\"" + RESERVE + "\",\"compensate\":\"" + RELEASE + "\"},"
                        + "{\"action\":\"http://pay:80/create?x=1\",\"compensate\":\"\"},"
                        + "{\"action\":\"order:8282/a.B/Confirm\",\"compensate\":\"\"}]");
        assertThat(request.getBinPayloadsList())
                .containsExactly(
                        PAYLOAD.toByteString(),
                        StringValue.of("other").toByteString(),
                        StringValue.getDefaultInstance().toByteString());
        assertThat(request.getCustomedData()).isEmpty();
        assertThat(request.getTransOptions().getWaitResult()).isFalse();
    }

    @Test
    void concurrencyIsDtmsCustomData() {
        Saga three = saga.step(RESERVE, RELEASE, PAYLOAD).step(RESERVE, RELEASE, PAYLOAD);

        assertThat(three.concurrent().toRequest().getCustomedData()).isEqualTo("{\"concurrent\":true,\"orders\":{}}");
        assertThat(three.order(2, 1).order(1, 0).order(2, 0).toRequest().getCustomedData())
                .isEqualTo("{\"concurrent\":true,\"orders\":{\"1\":[0],\"2\":[0,1]}}");
        assertThat(three.retryLimit(3).toRequest().getTransOptions().getRetryLimit())
                .isEqualTo(3);
    }

    @Test
    void stepsWaitForStepsThatAreThere() {
        Saga two = saga.step(RESERVE, RELEASE, PAYLOAD);

        assertThatThrownBy(() -> two.order(2, 0).toRequest()).hasMessageContaining("step 2 cannot wait");
        assertThatThrownBy(() -> two.order(1, 2).toRequest()).hasMessageContaining("cannot wait for [2]");
        assertThatThrownBy(() -> two.order(1, 1).toRequest()).hasMessageContaining("cannot wait");
        assertThatThrownBy(() -> two.order(1, -1).toRequest()).hasMessageContaining("cannot wait");
        assertThatThrownBy(() -> two.order(1)).hasMessageContaining("waits for nothing");
        assertThatThrownBy(() -> two.retryLimit(0)).hasMessageContaining("retryLimit");
    }

    @Test
    void sagaIsNotChangedByWhatIsMadeOfIt() {
        DtmRequest before = saga.toRequest();

        saga.waitResult(true).branchHeader("x-tenant", "a").step(RESERVE, RELEASE, PAYLOAD);

        assertThat(saga.toRequest()).isEqualTo(before);
    }

    @Test
    void addressMayBeADnsTarget() {
        String url = "dns:///stock:28282/a.B/C";

        assertThat(saga.step(url, url, PAYLOAD).toRequest().getSteps()).contains(url);
        assertThat(Urls.grpc(url)).isEqualTo(new Urls.GrpcMethod("dns:///stock:28282", "a.B/C"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a;b", "ä", "a\nb"})
    void gidIsRefused(String gid) {
        assertThatThrownBy(() -> Saga.of(gid))
                .isInstanceOfSatisfying(
                        InvalidBranchException.class, e -> assertThat(e.field()).isEqualTo("gid"));
    }

    @Test
    void gidMayHave128Bytes() {
        assertThat(Saga.of("g".repeat(128)).gid()).hasSize(128);
        assertThatThrownBy(() -> Saga.of("g".repeat(129))).hasMessageContaining("129 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "stock:28282",
                "stock:28282/",
                "stock:28282/Reserve",
                "stock:28282/a.B/C/D",
                "/a.B/C",
                "stock:28282/a.B/C\"",
                "stock\\:28282/a.B/C",
                "stock:28282/a.B/ C",
                "stöck:28282/a.B/C",
                "http://",
                "http://stock/\"",
                "ftp://stock/x"
            })
    void actionIsRefused(String url) {
        assertThatThrownBy(() -> saga.step(url, RELEASE, PAYLOAD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("action");
    }

    @Test
    void compensationIsChecked() {
        assertThatThrownBy(() -> saga.step(RESERVE, "nowhere", PAYLOAD)).hasMessageContaining("compensation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X-Tenant", "a b", "x-bin", "dtm-gid", "grpc-timeout"})
    void branchHeaderIsRefused(String key) {
        assertThatThrownBy(() -> saga.branchHeader(key, "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void labelsTravelAsBranchHeaders() {
        assertThat(saga.step(RESERVE, RELEASE, PAYLOAD)
                        .businessKey("order:42")
                        .tag("user", "7")
                        .toRequest()
                        .getTransOptions()
                        .getBranchHeadersMap())
                .containsEntry("saga-business-key", "order:42")
                .containsEntry("saga-tag-user", "7");
        assertThatThrownBy(() -> saga.businessKey("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> saga.tag("user", "x".repeat(129))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> saga.tag("No", "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void branchHeaderCarriesPrintableAsciiOnly() {
        assertThatThrownBy(() -> saga.branchHeader("x-name", "Jörg")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.5S", "PT1.5S"})
    void durationsAreWholeSeconds(Duration duration) {
        assertThatThrownBy(() -> saga.timeoutToFail(duration)).hasMessageContaining("timeoutToFail");
        assertThatThrownBy(() -> saga.retryInterval(duration)).hasMessageContaining("retryInterval");
        assertThatThrownBy(() -> saga.requestTimeout(duration)).hasMessageContaining("requestTimeout");
    }

    @Test
    void sagaWithoutStepsIsNotSent() {
        assertThatThrownBy(() -> Saga.of("empty").toRequest()).hasMessageContaining("no steps");
    }
}
