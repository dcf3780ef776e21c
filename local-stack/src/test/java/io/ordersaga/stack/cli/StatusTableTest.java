package io.ordersaga.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.Ports;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusTableTest {
    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        List<String> lines = StatusTable.lines(
                List.of(
                        new StatusTable.Row(
                                Component.COORDINATOR, Optional.of(4711L), true, Optional.of(Duration.ofSeconds(75))),
                        new StatusTable.Row(Component.STOCK, Optional.empty(), false, Optional.empty()),
                        new StatusTable.Row(
                                Component.PAY, Optional.of(9L), false, Optional.of(Duration.ofMinutes(125)))),
                Ports.defaults());

        assertThat(lines)
                .containsExactly(
                        "PROGRAM      PID   STATE    READY  UPTIME      PORTS",
                        "coordinator  4711  running  yes    1 min 15 s  36789 36790 (grpc) 36791 (management)",
                        "stock        -     stopped  no     -           28282 28283 (management) 28285 (branches)",
                        "pay          9     running  no     2 h 05 min  38282 38283 (management) 38285 (branches) 38284 (mock)");
    }
}
