package io.ordersaga.saga.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Channel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.ordersaga.coordinator.CoordinatorApp;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.saga.client.BranchConnections;
import io.ordersaga.saga.client.BranchContextInterceptor;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.saga.test.KilledClient.Moment;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// All modes with the coordinator as it runs in production, with short waits.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CoordinatorModesTest extends ModesContract {
    private final TestDatabase tables = TestDatabase.create("modes");
    private final TestDatabase accounts;
    private final RunningService coordinator;
    private final Bank bank;
    private final Server server;
    private final BranchConnections connections = BranchConnections.plaintext(Duration.ofSeconds(20));
    private final DtmClient client;

    CoordinatorModesTest(TestDatabase database) throws IOException {
        Map<String, String> settings = new HashMap<>(RunningService.settings(tables, "dev"));
        settings.put("ordersaga.coordinator.retry.base", "50ms");
        settings.put("ordersaga.coordinator.retry.cap", "200ms");
        settings.put("ordersaga.coordinator.dispatch.poll", "200ms");
        this.coordinator = RunningService.start(CoordinatorApp.class, settings);
        this.accounts = database;
        this.bank = new Bank(database);
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .intercept(new BranchContextInterceptor())
                .addService(bank)
                .build()
                .start();
        this.client = new DtmClient(coordinator.channel(), Duration.ofSeconds(20), connections);
    }

    @AfterAll
    void stop() {
        connections.close();
        server.shutdownNow();
        coordinator.close();
        tables.close();
    }

    /// Real processes, dead at once and for good: what [ModesContract] plays with clients that lose their calls.
    @Test
    void transactionsOfClientsThatAreKilledEnd() {
        Map<Moment, KilledClient> clients = new EnumMap<>(Moment.class);
        for (Moment moment : Moment.values()) {
            List<String> of = Stream.of("a-", "b-", "c-")
                    .map(prefix -> bank.open(prefix + gid(moment)))
                    .toList();
            clients.put(
                    moment,
                    KilledClient.start(
                            moment,
                            accounts,
                            Objects.requireNonNull(coordinator.channel().authority()),
                            address(),
                            gid(moment),
                            of));
        }
        clients.values().forEach(KilledClient::kill);

        awaitEnd(gid(Moment.BEFORE_COMMIT), "failed");
        awaitEnd(gid(Moment.BEFORE_SUBMIT), "succeed");
        awaitEnd(gid(Moment.BETWEEN_TRIES), "failed");
        assertThat(states(Moment.BEFORE_COMMIT)).containsExactly("100, 0", "100, 0");
        assertThat(states(Moment.BEFORE_SUBMIT)).containsExactly("99, 0", "101, 0");
        assertThat(states(Moment.BETWEEN_TRIES)).containsExactly("100, 0", "100, 0");
    }

    private static String gid(Moment moment) {
        return "killed-" + moment;
    }

    private List<String> states(Moment moment) {
        return List.of(bank.state("a-" + gid(moment)), bank.state("b-" + gid(moment)));
    }

    @Override
    Bank bank() {
        return bank;
    }

    @Override
    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    @Override
    DtmClient client() {
        return client;
    }

    @Override
    Channel coordinator() {
        return coordinator.channel();
    }

    @Override
    BranchConnections connections() {
        return connections;
    }

    @Override
    void awaitEnd(String gid, String status) {
        SagaArchive archive = coordinator.bean(SagaArchive.class);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(archive.find(new Gid(gid))
                                .orElseThrow()
                                .saga()
                                .status()
                                .wireName())
                        .isEqualTo(status));
    }
}
