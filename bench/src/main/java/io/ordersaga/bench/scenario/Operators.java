package io.ordersaga.bench.scenario;

import io.grpc.Metadata;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.MetadataUtils;
import io.ordersaga.bench.lab.CoordinatorProcess;
import io.ordersaga.bench.load.Audit;
import io.ordersaga.bench.load.Channels;
import io.ordersaga.bench.load.ClosedLoop;
import io.ordersaga.bench.load.Measured;
import io.ordersaga.bench.load.OpenLoop;
import io.ordersaga.bench.load.Sagas;
import io.ordersaga.bench.operators.FilledStore;
import io.ordersaga.bench.operators.OpenPages;
import io.ordersaga.bench.operators.Questions;
import io.ordersaga.bench.operators.Rounds;
import io.ordersaga.bench.operators.Viewer;
import io.ordersaga.bench.report.Figure;
import io.ordersaga.saga.v1.BatchServiceGrpc;
import io.ordersaga.saga.v1.ChangePasswordRequest;
import io.ordersaga.saga.v1.CreateBatchRequest;
import io.ordersaga.saga.v1.Operation;
import io.ordersaga.saga.v1.SessionServiceGrpc;
import io.ordersaga.saga.v1.SignInRequest;
import io.ordersaga.stack.Ports;
import io.ordersaga.stack.process.Polling;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/// What operators and their browsers ask of a coordinator that holds the sagas of a month: every page and every
/// question
/// of the API alone, and then twenty pages that are open at once while the coordinator works. It has a schema and a
/// coordinator of its own.
public final class Operators implements Scenario {
    private static final String SCHEMA = "ordersaga_bench_operators";
    private static final String ACCOUNT = "admin";
    private static final double MILLIS_MAX = 300;
    private static final double STATEMENTS_MAX = 10;
    private static final int WARMING_CALLERS = 32;
    private static final int DOWNLOADS = 8;
    private static final double SAGAS_PER_SECOND = 5;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final List<String> FILTERS = List.of(
            "",
            "status=succeeded",
            "status=failed",
            "status=succeeded,failed",
            "status=submitted,aborting",
            "parked=true",
            "paused=true",
            "gid=filled-77*",
            "gid=filled-777",
            "key=order:4711",
            "key=order:47*",
            "tag:user=7",
            "created>-1h",
            "created<-20d",
            "duration>1h",
            "duration>1s",
            "attempts>=5",
            "mode=tcc",
            "error~\"number 9\"",
            "target~stock",
            "fingerprint=0000000000000007",
            "reason~\"never said\"",
            "finished<2020-01-01",
            "status=succeeded duration>1h tag:user=7 note~ticket");

    /// Beside those with a filter each. The last arguments are of the bench's own sagas.
    private static final List<String> PAGES = List.of(
            "/",
            "/transactions?order=oldest",
            transaction(FilledStore.SUCCEEDED),
            transaction(FilledStore.ROLLED_BACK),
            transaction(FilledStore.PARKED),
            transaction(FilledStore.COMPENSATING),
            transaction(FilledStore.COMPENSATING).replace("?", "/operation?kind=ROLL_BACK&"),
            "/attention",
            "/operations",
            "/operations/new",
            "/targets",
            "/nodes",
            "/audit",
            "/audit?operator=admin",
            "/audit/verify",
            "/settings?tab=alerts",
            "/settings?tab=retention",
            "/settings?tab=topics",
            "/settings?tab=accounts",
            "/settings?tab=tokens");

    /// What twenty people look at.
    private static final List<String> OPEN = List.of(
            "/",
            "/",
            "/",
            "/attention",
            "/attention",
            "/transactions",
            "/transactions",
            list("status=submitted,aborting"),
            list("parked=true"),
            list("status=failed"),
            list("tag:user=7"),
            list("created>-1h"),
            list("error~\"number 9\""),
            transaction(FilledStore.PARKED),
            transaction(FilledStore.COMPENSATING),
            transaction(FilledStore.COMPENSATING + 10_000),
            "/operations",
            "/targets",
            "/targets",
            "/nodes");

    private static final List<String> DOWNLOADED = List.of(
            "/transactions/export?as=csv",
            "/transactions/export?as=json&filter=" + Viewer.encoded("status=failed"),
            "/transactions/export?as=csv&filter=" + Viewer.encoded("duration>1h"),
            "/audit/export");

    @Override
    public String name() {
        return "operators";
    }

    /// Filling the store alone takes a minute, and fewer sagas show nothing.
    @Override
    public boolean isQuick() {
        return false;
    }

    private static String list(String filter) {
        return filter.isEmpty() ? "/transactions" : "/transactions?filter=" + Viewer.encoded(filter);
    }

    private static String transaction(int number) {
        return "/transaction?gid=" + FilledStore.PREFIX + number;
    }

    @Override
    public void run(Bench bench) {
        String password = UUID.randomUUID().toString();
        CoordinatorProcess desk = bench.startCoordinator(
                "operators",
                SCHEMA,
                true,
                Map.of(
                        "ORDERSAGA_COORDINATOR_ADMIN_ACCESS_INITIAL_PASSWORD", password,
                        // The page has no TLS before it here, and twenty sessions are of one account.
                        "ORDERSAGA_COORDINATOR_ADMIN_ACCESS_SESSION_SECURE_COOKIE", "false",
                        "ORDERSAGA_COORDINATOR_ADMIN_ACCESS_SESSION_PER_ACCOUNT", "50",
                        "ORDERSAGA_COORDINATOR_ADMIN_ACCESS_PASSWORD_COST", "4"));
        try (Channels channels = new Channels(desk.settings().grpcPort());
                HttpClient client = HttpClient.newHttpClient()) {
            FilledStore.Originals originals = originals(bench, channels);
            fill(bench, originals);
            String chosen = UUID.randomUUID().toString();
            Metadata credentials = signIn(channels, password, chosen);
            runBatch(channels, credentials);
            Viewer viewer = Viewer.signIn(client, desk.http(), ACCOUNT, chosen);
            pages(bench, viewer);
            downloads(bench, viewer);
            questions(bench, new Questions(channels, credentials));
            List<Viewer> viewers = IntStream.range(0, OPEN.size())
                    .mapToObj(_ -> Viewer.signIn(client, desk.http(), ACCOUNT, chosen))
                    .toList();
            openPages(bench, channels, viewers);
        } finally {
            var _ = desk.stop();
            bench.database().execute("", List.of("DROP DATABASE IF EXISTS " + SCHEMA));
        }
    }

    /// Runs the coordinator until its code is compiled, and then one saga of each kind.
    private FilledStore.Originals originals(Bench bench, Channels channels) {
        bench.report().progress("warming up a coordinator for operators");
        var _ = ClosedLoop.run(WARMING_CALLERS, bench.pace().operatorsWarmUp(), succeeding(bench, channels));
        Sagas.Step done = bench.steps("Do", "Undo").getFirst();
        Sagas.Step refused = bench.steps("Refuse", "Undo").getFirst();
        String nobody = "127.0.0.1:" + Ports.freePort() + "/bench.NoOp/Do";
        Sagas succeeded = succeeding(bench, channels);
        Sagas rolledBack =
                Sagas.rolledBack(channels, bench.prefix("refused"), List.of(done, done, done, refused), Bench.PAYLOAD);
        Sagas open = Sagas.handedOver(
                channels,
                bench.prefix("open"),
                List.of(done, new Sagas.Step(nobody, done.compensation()), done, done),
                Bench.PAYLOAD);
        Sagas compensating = Sagas.handedOver(
                channels,
                bench.prefix("compensating"),
                List.of(new Sagas.Step(done.action(), nobody), done, done, refused),
                Bench.PAYLOAD);
        for (Sagas sagas : List.of(succeeded, rolledBack, open, compensating)) {
            var _ = ClosedLoop.times(1, 1, sagas);
        }
        awaitStatus(bench, succeeded, "SUCCEEDED");
        awaitStatus(bench, rolledBack, "FAILED");
        awaitStatus(bench, open, "SUBMITTED");
        awaitStatus(bench, compensating, "ABORTING");
        return new FilledStore.Originals(gid(succeeded), gid(rolledBack), gid(open), gid(compensating));
    }

    private static String gid(Sagas sagas) {
        return sagas.prefix() + "-0";
    }

    /// With the journal of its calls, and after one that failed when it is not over.
    private static void awaitStatus(Bench bench, Sagas sagas, String status) {
        String there = "SELECT COUNT(DISTINCT s.id) FROM saga s JOIN saga_attempt a ON a.saga_id = s.id WHERE s.gid = '"
                + gid(sagas) + "' AND s.status = '" + status + "' AND (s.finished IS NOT NULL OR s.attempts > 0)";
        if (!Polling.until(() -> bench.database().number(SCHEMA, there) == 1, LIMIT)) {
            throw new IllegalStateException(gid(sagas) + " did not become " + status);
        }
    }

    private static Sagas succeeding(Bench bench, Channels channels) {
        return Sagas.awaited(channels, bench.prefix("operators"), bench.steps("Do", "Undo"), Bench.PAYLOAD);
    }

    private static void fill(Bench bench, FilledStore.Originals originals) {
        int count = bench.pace().finishedSagas();
        bench.report().progress("filling its store with %,d sagas".formatted(count));
        long began = System.nanoTime();
        new FilledStore(bench.database(), SCHEMA, count)
                .fill(
                        originals,
                        filled -> bench.report()
                                .progress(
                                        "%,d sagas after %.0f s".formatted(filled, (System.nanoTime() - began) / 1e9)));
    }

    /// The first password is good for choosing another one.
    ///
    /// @return what calls of the API show
    private static Metadata signIn(Channels channels, String given, String chosen) {
        SessionServiceGrpc.SessionServiceBlockingStub sessions =
                SessionServiceGrpc.newBlockingStub(channels.next()).withDeadlineAfter(LIMIT);
        String token = sessions.signIn(SignInRequest.newBuilder()
                        .setAccount(ACCOUNT)
                        .setPassword(given)
                        .build())
                .getToken();
        Metadata credentials = new Metadata();
        credentials.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        var _ = with(credentials, sessions)
                .changePassword(ChangePasswordRequest.newBuilder()
                        .setCurrentPassword(given)
                        .setNewPassword(chosen)
                        .build());
        return credentials;
    }

    private static <S extends AbstractBlockingStub<S>> S with(Metadata credentials, S stub) {
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credentials));
    }

    /// Something to see for the pages of operations and of the audit log.
    private static void runBatch(Channels channels, Metadata credentials) {
        var _ = with(credentials, BatchServiceGrpc.newBlockingStub(channels.next()))
                .withDeadlineAfter(LIMIT)
                .createBatch(CreateBatchRequest.newBuilder()
                        .setOperation(Operation.Kind.ADD_NOTE)
                        .setFilter("status=aborting")
                        .setReason("ticket 4711")
                        .setRate(100)
                        .build());
    }

    private void pages(Bench bench, Viewer viewer) {
        List<String> paths = new ArrayList<>(PAGES);
        FILTERS.forEach(filter -> paths.add(list(filter)));
        bench.report()
                .progress("opening each of %d pages %d times"
                        .formatted(paths.size(), bench.pace().rounds()));
        Map<String, Runnable> opened = new LinkedHashMap<>();
        for (String path : paths) {
            opened.put(path, () -> {
                var _ = viewer.open(path);
            });
        }
        add(bench, "page ", Rounds.of(opened, bench.pace().rounds()));
    }

    private void questions(Bench bench, Questions questions) {
        Map<String, Runnable> asked = questions.all(FILTERS);
        bench.report()
                .progress("asking each of %d questions %d times"
                        .formatted(asked.size(), bench.pace().rounds()));
        add(bench, "question ", Rounds.of(asked, bench.pace().rounds()));
    }

    private void add(Bench bench, String kind, Map<String, Measured> all) {
        all.forEach((what, measured) -> bench.report()
                .add(
                        name(),
                        Figure.atMost(kind + " " + what + ", p95", measured.millis(95), MILLIS_MAX, "ms")
                                .and("p50 %.0f ms".formatted(measured.millis(50)))));
        Measured slowest = all.values().stream()
                .max((one, other) -> Double.compare(one.millis(95), other.millis(95)))
                .orElseThrow();
        long failed = all.values().stream().mapToLong(Measured::failed).sum();
        bench.report()
                .add(
                        name(),
                        Figure.atMost(
                                "slowest %s of %d beside %,d sagas, p95"
                                        .formatted(
                                                kind, all.size(), bench.pace().finishedSagas()),
                                slowest.millis(95),
                                MILLIS_MAX,
                                "ms"));
        bench.report().add(name(), Figure.atMost("failed times of each " + kind, (double) failed, 0, ""));
    }

    private void downloads(Bench bench, Viewer viewer) {
        bench.report().progress("downloading");
        for (String path : DOWNLOADED) {
            Measured first = Measured.nothing();
            Viewer.Download last = viewer.download(path);
            for (int each = 0; each < DOWNLOADS; each++) {
                last = viewer.download(path);
                first = first.plus(Measured.once(last.firstByte()));
            }
            bench.report()
                    .add(
                            name(),
                            Figure.atMost("first byte of " + path + ", longest", first.millis(100), MILLIS_MAX, "ms")
                                    .and("all %,d bytes %.0f ms".formatted(last.bytes(), last.lastByte() / 1e6)));
        }
    }

    /// What the pages cost is what is asked beyond the same work without them.
    private void openPages(Bench bench, Channels channels, List<Viewer> viewers) {
        Duration time = bench.pace().openPages();
        bench.report().progress("the coordinator works, nobody looks on, for %d s".formatted(time.toSeconds()));
        Sagas alone = succeeding(bench, channels);
        long without = statementsWhile(bench, new OpenLoop(alone, SAGAS_PER_SECOND, time));
        bench.report().progress("%d pages are open, for %d s".formatted(viewers.size(), time.toSeconds()));
        Sagas beside = succeeding(bench, channels);
        try (OpenPages pages = OpenPages.open(viewers, OPEN)) {
            long with = statementsWhile(bench, new OpenLoop(beside, SAGAS_PER_SECOND, time));
            Measured seen = pages.measured();
            String open = "%d open pages beside %,d sagas"
                    .formatted(viewers.size(), bench.pace().finishedSagas());
            double seconds = time.toSeconds();
            bench.report()
                    .add(
                            name(),
                            Figure.atMost(
                                            "statements of " + open,
                                            Math.max(0, with - without) / seconds,
                                            STATEMENTS_MAX,
                                            "/s")
                                    .and("%.1f/s without them".formatted(without / seconds)));
            bench.report()
                    .add(
                            name(),
                            Figure.atMost("live updates of " + open + ", p95", seen.millis(95), MILLIS_MAX, "ms")
                                    .and("%d asked, %d changed".formatted(seen.succeeded(), pages.changed())));
            bench.report().add(name(), Figure.atMost("live updates that failed", (double) seen.failed(), 0, ""));
        }
        for (Sagas sagas : List.of(alone, beside)) {
            bench.report().audited(name(), Audit.of(bench.database(), SCHEMA, sagas, "succe"));
        }
    }

    private static long statementsWhile(Bench bench, OpenLoop work) {
        DatabaseCost before = DatabaseCost.now(bench.database());
        var _ = work.run();
        return DatabaseCost.now(bench.database()).minus(before).statements();
    }
}
