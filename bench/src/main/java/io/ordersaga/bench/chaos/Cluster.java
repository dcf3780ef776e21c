package io.ordersaga.bench.chaos;

import io.ordersaga.bench.lab.CoordinatorSettings;
import io.ordersaga.bench.lab.Lab;
import io.ordersaga.bench.lab.Server;
import io.ordersaga.bench.participant.AccountParticipant;
import io.ordersaga.bench.participant.Accounts;
import io.ordersaga.stack.Ports;
import io.ordersaga.stack.process.ChildProcess;
import io.ordersaga.stack.process.StartFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Two coordinators, two participants and one database, with a relay on each of their connections and a gate before
/// each participant.
final class Cluster implements AutoCloseable {
    static final String SAGAS = "chaos_saga";
    static final List<String> BOOKS = List.of("chaos_a", "chaos_b");

    /// Short, so that many leases end within a run.
    static final Duration LEASE = Duration.ofSeconds(2);

    private static final Map<String, String> SETTINGS = Map.of(
            "ORDERSAGA_COORDINATOR_DISPATCH_LEASE", LEASE.toString(),
            "ORDERSAGA_COORDINATOR_RETRY_BASE", "200ms",
            "ORDERSAGA_COORDINATOR_RETRY_CAP", "2s",
            "ORDERSAGA_COORDINATOR_CALLS_TIMEOUT", "2s");

    private final Server server;
    private final Node database;
    private final List<Relay> databaseRelays;
    private final List<Relay> participantRelays;
    private final List<Node> participants;
    private final List<BranchGate> gates;
    private final List<Node> coordinators;
    private final List<Integer> coordinatorPorts;

    /// Starts all of it.
    ///
    /// @param barrier whether the participants use theirs
    Cluster(Lab lab, boolean barrier) {
        server = lab.startDatabase();
        database = new Node("database", new Starter(lab));
        server.makeSchema(SAGAS);
        BOOKS.forEach(schema -> Accounts.make(server, schema));
        databaseRelays =
                IntStream.range(0, 4).mapToObj(_ -> new Relay(server.port())).toList();
        List<Integer> participantPorts = List.of(Ports.freePort(), Ports.freePort());
        participantRelays = participantPorts.stream().map(Relay::new).toList();
        participants = IntStream.range(0, 2)
                .mapToObj(number -> participant(lab, number, participantPorts.get(number), barrier))
                .toList();
        gates = participantRelays.stream()
                .map(relay -> new BranchGate(relay.port()))
                .toList();
        List<CoordinatorSettings> settings = IntStream.range(0, 2)
                .mapToObj(number -> CoordinatorSettings.fullSpeed(
                                "coordinator-" + number,
                                server.behind(databaseRelays.get(number).port()),
                                SAGAS)
                        .withFastStart()
                        .with(SETTINGS))
                .toList();
        coordinatorPorts = settings.stream().map(CoordinatorSettings::grpcPort).toList();
        coordinators = settings.stream()
                .map(each ->
                        new Node(each.name(), () -> lab.startCoordinator(each).child()))
                .toList();
    }

    /// The database is running already when its node is made.
    private static final class Starter implements java.util.function.Supplier<ChildProcess> {
        private final Lab lab;
        private boolean started;

        Starter(Lab lab) {
            this.lab = lab;
        }

        @Override
        public ChildProcess get() {
            if (started) {
                var _ = lab.startDatabase();
            }
            started = true;
            return lab.database().orElseThrow(() -> new StartFailure("the database was not started"));
        }
    }

    private Node participant(Lab lab, int number, int port, boolean barrier) {
        Map<String, String> environment = new TreeMap<>(Map.of(
                AccountParticipant.PORT, Integer.toString(port),
                AccountParticipant.DATABASE_PORT,
                        Integer.toString(databaseRelays.get(2 + number).port()),
                AccountParticipant.DATABASE_USER, server.user(),
                AccountParticipant.DATABASE_PASSWORD, server.password(),
                AccountParticipant.SCHEMA, BOOKS.get(number),
                AccountParticipant.BARRIER, barrier ? "" : "none"));
        String name = "participant-" + number;
        return new Node(
                name,
                () -> lab.startMain(
                        name,
                        AccountParticipant.class,
                        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"),
                        environment,
                        () -> Lab.listens(port)));
    }

    Server server() {
        return server;
    }

    Node database() {
        return database;
    }

    Node participant(int number) {
        return Objects.requireNonNull(participants.get(number));
    }

    Node coordinator(int number) {
        return Objects.requireNonNull(coordinators.get(number));
    }

    int coordinatorPort(int number) {
        return coordinatorPorts.get(number);
    }

    BranchGate gate(int number) {
        return Objects.requireNonNull(gates.get(number));
    }

    /// The gate before this participant; empty for any other node.
    Optional<BranchGate> gateOf(Node node) {
        int number = participants.indexOf(node);
        return number < 0 ? Optional.empty() : Optional.of(gates.get(number));
    }

    /// A stretch of network; 0 and 1 lead to the participants, 2 to 5 to the database.
    Relay relay(int number) {
        return number < 2 ? participantRelays.get(number) : databaseRelays.get(number - 2);
    }

    /// Between this coordinator and the database.
    Relay databaseRelayOf(Node coordinator) {
        return databaseRelays.get(coordinators.indexOf(coordinator));
    }

    static int relays() {
        return 6;
    }

    List<Node> nodes() {
        return List.of(database, participants.get(0), participants.get(1), coordinators.get(0), coordinators.get(1));
    }

    @Override
    public void close() {
        gates.forEach(BranchGate::close);
        participantRelays.forEach(Relay::close);
        databaseRelays.forEach(Relay::close);
    }
}
