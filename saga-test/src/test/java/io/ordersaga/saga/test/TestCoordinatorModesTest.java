package io.ordersaga.saga.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.ordersaga.saga.client.BranchConnections;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/// All modes with the coordinator for tests: nobody waits 35 seconds.
@SagaTest
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TestCoordinatorModesTest extends ModesContract {
    private final TestCoordinator coordinator;
    private final Bank bank;
    private final String address;
    private final ManagedChannel channel;
    private final BranchConnections connections = BranchConnections.plaintext(Duration.ofSeconds(20));

    TestCoordinatorModesTest(TestCoordinator coordinator, TestDatabase database) {
        this.coordinator = coordinator;
        this.bank = new Bank(database);
        this.address = coordinator.serve(bank);
        this.channel = NettyChannelBuilder.forTarget(coordinator.address())
                .usePlaintext()
                .build();
    }

    @AfterAll
    void stop() {
        channel.shutdownNow();
        connections.close();
    }

    @Override
    Bank bank() {
        return bank;
    }

    @Override
    String address() {
        return address;
    }

    @Override
    DtmClient client() {
        return coordinator.client();
    }

    @Override
    Channel coordinator() {
        return channel;
    }

    @Override
    BranchConnections connections() {
        return connections;
    }

    @Override
    void awaitEnd(String gid, String status) {
        coordinator.settle();
        assertThat(coordinator.find(gid).status()).isEqualTo(status);
    }
}
