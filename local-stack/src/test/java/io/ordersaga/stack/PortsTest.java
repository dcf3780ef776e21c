package io.ordersaga.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.stack.process.StartFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void defaultsAreTheDocumentedOnes() {
        assertThat(Ports.defaults().numbers())
                .containsEntry(Port.GATEWAY, 8080)
                .containsEntry(Port.ORDER, 8282)
                .containsEntry(Port.ORDER_MANAGEMENT, 8283)
                .containsEntry(Port.COORDINATOR, 36789)
                .containsEntry(Port.COORDINATOR_GRPC, 36790)
                .containsEntry(Port.COORDINATOR_MANAGEMENT, 36791)
                .containsEntry(Port.DATABASE, 23306);
    }

    @Test
    void managementPortFollowsItsProgramUnlessItIsSetToo() {
        assertThat(Ports.defaults().with(Map.of(Port.ORDER, 9000)).numbers())
                .containsEntry(Port.ORDER, 9000)
                .containsEntry(Port.ORDER_MANAGEMENT, 9001);
        assertThat(Ports.defaults()
                        .with(Map.of(Port.ORDER, 9000, Port.ORDER_MANAGEMENT, 9005))
                        .numbers())
                .containsEntry(Port.ORDER_MANAGEMENT, 9005);
        assertThat(Ports.defaults().with(Map.of(Port.ORDER_MANAGEMENT, 9005)).numbers())
                .containsEntry(Port.ORDER, 8282)
                .containsEntry(Port.ORDER_MANAGEMENT, 9005);
        assertThat(Ports.defaults().with(Map.of(Port.ORDER_BRANCHES, 9007)).numbers())
                .containsEntry(Port.ORDER_BRANCHES, 9007)
                .containsEntry(Port.ORDER_MANAGEMENT, 8283);
    }

    @Test
    void refusesANumberTwiceAndOneOutOfRange() {
        assertThatThrownBy(() -> Ports.defaults().with(Map.of(Port.ORDER, 8080)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Port 8080 is used twice")
                .hasMessageContaining("order")
                .hasMessageContaining("gateway");
        assertThatThrownBy(() -> Ports.from(65_530))
                .hasMessageContaining("65536")
                .hasMessageContaining("65535");
    }

    @Test
    void takenPortsAreAllNamedWithTheSettingThatChangesThem() throws Exception {
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket second = new ServerSocket(0)) {
            Ports ports = Ports.free()
                    .with(Map.of(Port.PAY_MANAGEMENT, first.getLocalPort(), Port.DATABASE, second.getLocalPort()));

            assertThatThrownBy(() -> ports.requireFree(List.of(Port.values())))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("Port %d (database) is taken", second.getLocalPort())
                    .hasMessageContaining("--port database=NUMBER")
                    .hasMessageContaining("Port %d (pay-management) is taken", first.getLocalPort())
                    .hasMessageContaining("--port pay-management=NUMBER")
                    .hasMessageContaining("--port-base NUMBER");
        }
    }

    @Test
    void freePortsAreFreeAndAllDifferent() {
        Ports ports = Ports.free();

        assertThat(ports.numbers().values()).doesNotHaveDuplicates();
        ports.requireFree(List.of(Port.values()));
    }

    @Test
    void unknownNamesAreAnsweredWithTheChoices() {
        assertThatThrownBy(() -> Port.named("orders")).hasMessageContaining("order, order-management");
        assertThatThrownBy(() -> Component.named("orders")).hasMessageContaining("pay, order, gateway");
    }
}
