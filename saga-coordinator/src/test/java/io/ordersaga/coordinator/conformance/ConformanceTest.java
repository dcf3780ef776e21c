package io.ordersaga.coordinator.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.ordersaga.coordinator.CoordinatorApp;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

/// DTM's contract, played against a coordinator in this JVM, or against any server: name its addresses with
/// `-Dconformance.http=http://host:port -Dconformance.grpc=host:port`.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {

    private static final Logger log = LoggerFactory.getLogger(ConformanceTest.class);
    private static final Path PAGE = Path.of(System.getProperty("ordersaga.root", "."), "docs", "dtm-compatibility.md");
    private static final String BEGIN = "<!-- cases: written by ConformanceTest -->\n";
    private static final String END = "<!-- end of cases -->\n";

    private final Peer peer = new Peer();
    private final Map<String, Map<Wire, String>> results = new HashMap<>();
    private final String run = Long.toString(System.nanoTime(), 36);
    private @Nullable RunningService service;
    private ManagedChannel channel;
    private Server server;
    private Accounts accounts;
    private SettableTime time = new SettableTime(null);
    private boolean external;
    private String base = System.getProperty("conformance.http", "");

    @BeforeAll
    void start(TestDatabase database) {
        if (base.isEmpty()) {
            Map<String, String> settings = new HashMap<>(RunningService.settings(database));
            settings.put("spring.profiles.active", "dev");
            settings.put("ordersaga.coordinator.retry.base", "50ms");
            settings.put("ordersaga.coordinator.retry.cap", "200ms");
            settings.put("ordersaga.coordinator.dispatch.poll", "200ms");
            settings.put("ordersaga.coordinator.calls.timeout", "60s");
            settings.put("ordersaga.coordinator.dtm-alert.web-hook", peer.mailbox());
            RunningService own = RunningService.start(CoordinatorApp.class, settings);
            service = own;
            channel = own.channel();
            base = "http://127.0.0.1:" + own.bean(Environment.class).getRequiredProperty("local.server.port");
            time = new SettableTime(database);
        } else {
            external = true;
            channel = NettyChannelBuilder.forTarget(System.getProperty("conformance.grpc", ""))
                    .usePlaintext()
                    .build();
        }
        server = new Server(base, channel);
        accounts = new Accounts(database);
    }

    @AfterAll
    void stop() {
        RunningService own = service;
        if (own == null) {
            // Of another server, what was found belongs on its page and not on ours.
            log.info("of {}:\n{}", base, table((each, wire) -> results(each).getOrDefault(wire, "not played")));
            channel.shutdownNow();
        } else {
            own.close();
        }
        peer.close();
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>(SagaCases.all());
        cases.addAll(PreparedCases.all());
        cases.addAll(TimeCases.all());
        cases.addAll(ClientCases.all());
        cases.addAll(WorkflowCases.all());
        cases.addAll(EdgeCases.all());
        cases.addAll(ServerCases.all());
        cases.sort(Comparator.comparingInt(
                        (Case each) -> "SMTXWAE".indexOf(each.id().charAt(0)))
                .thenComparingInt(each -> Integer.parseInt(each.id().replaceAll("\\D", "")))
                .thenComparing(Case::id));
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> everyCaseOverEveryWire() {
        return cases().stream()
                .flatMap(each -> each.wires().stream()
                        .map(wire -> DynamicTest.dynamicTest(
                                each.id() + " over " + wire + ": " + each.what(), () -> play(each, wire))));
    }

    private void play(Case each, Wire wire) {
        Map<Wire, String> results = results(each);
        if (external && each.needs() != Case.Needs.NOTHING) {
            results.put(wire, each.needs().word);
            Assumptions.abort(each.needs().word);
        }
        results.put(wire, "FAILS");
        String gid = each.id().toLowerCase(Locale.ROOT) + "-" + wire.name().charAt(0) + "-" + run;
        each.check().play(new Case.Play(server, peer, accounts, time, wire, gid));
        results.put(wire, "passes");
    }

    private Map<Wire, String> results(Case each) {
        return results.computeIfAbsent(each.id(), id -> new EnumMap<>(Wire.class));
    }

    /// A few thousand requests here; `-Dfuzz.requests=100000` to each way in is a run of its own, and so is another
    /// `-Dfuzz.seed`.
    @Test
    void damagedRequestsAreRefusedAndLeaveNothingBehind() {
        long seed = Long.getLong("fuzz.seed", 1);
        Fuzz fuzz = new Fuzz(seed, channel, base);
        try {
            fuzz.run(Integer.getInteger("fuzz.requests", 250));
            int stored = fuzz.requireNoResidue(server);
            log.info("{} transactions are stored after {}", stored, fuzz.answers());
        } catch (AssertionError failure) {
            throw new AssertionError("-Dfuzz.seed=" + seed, failure);
        }
        assertThat(server.get("/api/ping").body().path("msg").asString()).isEqualTo("pong");
        assertThat(fuzz.answers().keySet())
                .as("the damage is not always deadly")
                .contains("Submit OK");
    }

    @Test
    void thePageInTheDocumentationHasEveryCase() throws IOException {
        String page = Files.readString(PAGE);
        String table = table();
        if (Boolean.getBoolean("golden.update")) {
            page = page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + table + page.substring(page.indexOf(END));
            Files.writeString(PAGE, page);
        }

        assertThat(page)
                .as("run this test with -Dgolden.update=true to write the table anew")
                .contains(BEGIN + table + END);
    }

    /// Every case in it is a test here, so that the page is right whenever this class is green.
    private static String table() {
        return table((each, wire) -> "passes");
    }

    private static String table(BiFunction<Case, Wire, String> result) {
        StringBuilder table = new StringBuilder("\n| case | | HTTP | gRPC | JSON-RPC |\n|---|---|---|---|---|\n");
        for (Case each : cases()) {
            table.append("| ").append(each.id()).append(" | ").append(each.what());
            for (Wire wire : Wire.values()) {
                table.append(" | ").append(each.wires().contains(wire) ? result.apply(each, wire) : "-");
            }
            table.append(" |\n");
        }
        return table.append('\n').toString();
    }
}
