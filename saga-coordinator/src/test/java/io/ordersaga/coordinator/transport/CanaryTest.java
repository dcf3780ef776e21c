package io.ordersaga.coordinator.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.coordinator.HttpParticipant;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.Sagas;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.testkit.ScriptedParticipant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listeners on this machine that nobody may connect to, and a coordinator that is told to in every way we know of. A
/// name can be made to stand for another address with each look-up.
class CanaryTest {

    private static final Logger log = LoggerFactory.getLogger(CanaryTest.class);
    private static final CallSettings SETTINGS =
            new CallSettings(Duration.ofSeconds(2), Duration.ofMillis(300), 1_000, 1_024);
    private static final String HERE = "127.0.0.1";
    /// Kept for examples: nobody is there.
    private static final String OUTSIDE = "203.0.113.1";

    private final Canary canary = new Canary();
    private final HttpParticipant http = HttpParticipant.start();
    private final ScriptedParticipant grpc = ScriptedParticipant.start();

    /// Counts who connects, on all addresses of this machine.
    private static final class Canary implements AutoCloseable {
        private final AtomicInteger connections = new AtomicInteger();
        private final ServerSocket socket;

        Canary() {
            try {
                socket = new ServerSocket(0, 50, InetAddress.ofLiteral("::"));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            Thread.ofVirtual().name("canary").start(this::listen);
        }

        private void listen() {
            while (!socket.isClosed()) {
                try (var connection = socket.accept()) {
                    connections.incrementAndGet();
                    connection.setSoLinger(true, 0);
                } catch (SocketException closed) {
                    return;
                } catch (IOException failure) {
                    log.debug("A connection was gone at once", failure);
                }
            }
        }

        int port() {
            return socket.getLocalPort();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    @AfterEach
    void close() {
        canary.close();
        http.close();
        grpc.close();
    }

    /// What the resolver answers, one after the other; the last one for ever.
    private static Resolver answering(String... addresses) {
        AtomicInteger asked = new AtomicInteger();
        return host ->
                List.of(InetAddress.ofLiteral(addresses[Math.min(asked.getAndIncrement(), addresses.length - 1)]));
    }

    private static BranchCalls calls(Resolver resolver, String... targets) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        return new BranchCalls(
                new GrpcBranchCaller(SETTINGS, builder -> {}),
                new HttpBranchCaller(SETTINGS, false, true),
                new BranchUrls(new AllowList(true, List.of(targets)), 2_048, resolver),
                new DtmAlerts(DtmAlertSettings.none(), meters),
                meters);
    }

    private static BranchOutcome call(BranchCalls calls, String url) {
        Step step = new Step(url, "", Bytes.of("{}"));
        return calls.call(new BranchCall(Sagas.of(List.of(step), SagaOptions.DEFAULT), 0, Op.ACTION, Optional.empty()));
    }

    private void assertNotHeard(String why) {
        // A connection would be accepted a moment later: one that is meant for it comes after all others.
        int before = canary.connections.get();
        try (var _ = new Socket(InetAddress.ofLiteral(HERE), canary.port())) {
            await().until(() -> canary.connections.get() > before);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        assertThat(canary.connections.get()).as(why).isEqualTo(before + 1);
        assertThat(before).as(why).isZero();
    }

    /// Else nothing here would show anything.
    @Test
    void theCanaryHearsWhoIsAllowedToConnect() {
        try (BranchCalls calls = calls(Resolver.SYSTEM, "http://127.0.0.1:" + canary.port())) {
            assertThat(call(calls, "http://127.0.0.1:" + canary.port() + "/"))
                    .isInstanceOf(BranchOutcome.Unknown.class);
        }
        await().until(() -> canary.connections.get() >= 1);
    }

    @Test
    void noSpellingOfThisMachineReachesIt() {
        List<String> hosts = new ArrayList<>(List.of(
                "127.0.0.1",
                "127.1",
                "127.0.1",
                "0x7f000001",
                "0x7f.0.0.1",
                "0177.0.0.1",
                "2130706433",
                "017700000001"));
        hosts.addAll(List.of(
                "0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "127.0.0.2", "a.localhost"));
        hosts.addAll(List.of("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"));
        hosts.addAll(
                List.of("①②⑦.⓪.⓪.①", "shop.example@127.0.0.1", "user:password@127.0.0.1", "127.0.0.1\\@shop.example"));
        hosts.addAll(List.of("shop.example#@127.0.0.1", "shop.example%2f@127.0.0.1", "127.0.0.1%00.shop.example"));
        hosts.addAll(List.of("127.0.0.1\r\nHost: shop.example", "shop.example:80@127.0.0.1", "127.0.0.1,shop.example"));
        String here = ":" + canary.port();
        try (BranchCalls calls = calls(
                answering(HERE),
                "http://shop.example" + here,
                "grpc://stock" + here,
                "https://*.partner.example:443",
                "http://*.localhost" + here)) {
            for (String host : hosts) {
                for (String url : List.of(
                        "http://" + host + here + "/do",
                        "https://" + host + here + "/do",
                        "HTTP://" + host + here + "/do",
                        host + here + "/a.B/Do",
                        "dns:///" + host + here + "/a.B/Do",
                        "ipv4:" + host + here + "/a.B/Do",
                        "xds:///" + host + here + "/a.B/Do")) {
                    assertThat(call(calls, url)).as(url).isInstanceOf(BranchOutcome.Unknown.class);
                }
            }
            AllowListTest.payloads()
                    .forEach(url -> assertThat(call(calls, url)).as(url).isInstanceOf(BranchOutcome.Unknown.class));
        }
        assertNotHeard("a spelling of this machine");
    }

    @Test
    void noRedirectLeadsToIt() {
        String away = "http://127.0.0.1:" + canary.port() + "/";
        for (int status : List.of(301, 302, 303, 307, 308)) {
            http.next("/do", exchange -> {
                exchange.getResponseHeaders().add("Location", away);
                HttpParticipant.respond(exchange, status, "");
            });
        }
        String root = http.url("");
        try (BranchCalls calls = calls(Resolver.SYSTEM, root)) {
            for (int round = 0; round < 5; round++) {
                assertThat(call(calls, root + "/do")).isInstanceOf(BranchOutcome.Unknown.class);
            }
        }
        assertThat(http.requests()).hasSize(5);
        assertNotHeard("a redirect");
    }

    /// The metadata service of a cloud, too, may be what a name stands for.
    @Test
    void aNameUnderAWildcardThatStandsForTheInsideIsNotCalled() {
        for (String address : List.of(
                HERE, "::1", "::ffff:127.0.0.1", "0.0.0.0", "::", "169.254.169.254", "fe80::1", "fd00:ec2::254")) {
            try (BranchCalls calls = wildcard(answering(address))) {
                assertUnknown(calls, "is no address that branches may have");
            }
        }
        Resolver both = host -> List.of(InetAddress.ofLiteral(OUTSIDE), InetAddress.ofLiteral(HERE));
        try (BranchCalls calls = wildcard(both)) {
            assertUnknown(calls, "is no address that branches may have");
        }
        try (BranchCalls calls = wildcard(host -> {
            throw new UnknownHostException(host);
        })) {
            assertUnknown(calls, "is no address that branches may have");
        }
        assertNotHeard("a name that stands for the inside");
    }

    private BranchCalls wildcard(Resolver resolver) {
        String port = ":" + canary.port();
        return calls(
                resolver,
                "http://*.partner.example" + port,
                "https://*.partner.example" + port,
                "grpc://*.partner.example" + port);
    }

    private void assertUnknown(BranchCalls calls, String cause) {
        String rest = ".partner.example:" + canary.port();
        for (String url : List.of("http://a" + rest + "/do", "https://a" + rest + "/do", "a" + rest + "/a.B/Do")) {
            assertThat(call(calls, url))
                    .as(url)
                    .isInstanceOfSatisfying(
                            BranchOutcome.Unknown.class,
                            unknown -> assertThat(unknown.cause()).contains(cause));
        }
    }

    /// Outside when it is judged, and here when it would be called: the call goes where the judgement was about.
    @Test
    void aNameThatChangesItsAnswerIsCalledWhereItWasJudged() {
        try (BranchCalls calls = wildcard(answering(OUTSIDE, HERE))) {
            String rest = ".partner.example:" + canary.port();
            assertThat(call(calls, "http://a" + rest + "/do")).isInstanceOf(BranchOutcome.Unknown.class);
        }
        try (BranchCalls calls = wildcard(answering(OUTSIDE, HERE))) {
            String rest = ".partner.example:" + canary.port();
            assertThat(call(calls, "https://a" + rest + "/do")).isInstanceOf(BranchOutcome.Unknown.class);
        }
        try (BranchCalls calls = wildcard(answering(OUTSIDE, HERE))) {
            String rest = ".partner.example:" + canary.port();
            assertThat(call(calls, "a" + rest + "/a.B/Do")).isInstanceOf(BranchOutcome.Unknown.class);
        }
        assertNotHeard("a name that changes its answer");
    }

    /// And it is really called there: over both transports, under its own name.
    @Test
    void aCallAtAnAddressIsTheCallOfItsName() throws Exception {
        InetAddress here = InetAddress.ofLiteral(HERE);
        HttpBranchCaller byHttp = new HttpBranchCaller(SETTINGS, false, true);
        GrpcBranchCaller byGrpc = new GrpcBranchCaller(SETTINGS, builder -> {});
        http.next("/do", 409, "sold out").next("/do", 200, "x".repeat(5_000));
        String root = "http://a.partner.example:" + URI.create(http.url("/")).getPort() + "/do?x=1";
        assertThat(byHttp.call(branch(root), here)).isInstanceOf(BranchOutcome.Refused.class);
        assertThat(byHttp.call(branch(root), here)).isInstanceOf(BranchOutcome.Succeeded.class);
        HttpParticipant.Request request = http.requests().getLast();
        assertThat(request.headers().get("host")).startsWith("a.partner.example:");
        assertThat(request.method() + request.body()).isEqualTo("POST{}");
        assertThat(request.query()).containsEntry("x", "1").containsEntry("op", "action");
        assertThat(byGrpc.call(branch("a.partner.example:" + grpc.port() + "/a.B/Do"), here))
                .isInstanceOf(BranchOutcome.Succeeded.class);
        assertThat(grpc.calls()).hasSize(1);
        CountDownLatch never = new CountDownLatch(1);
        http.next("/do", exchange -> {
            try {
                var _ = never.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(byHttp.call(branch(root), here))
                .isInstanceOfSatisfying(
                        BranchOutcome.Unknown.class,
                        unknown -> assertThat(unknown.trouble()).isEqualTo(BranchOutcome.Trouble.NO_ANSWER));
        never.countDown();
        byHttp.close();
        byGrpc.close();
    }

    private static BranchCall branch(String url) {
        Step step = new Step(url, "", Bytes.of("{}"));
        return new BranchCall(Sagas.of(List.of(step), SagaOptions.DEFAULT), 0, Op.ACTION, Optional.empty());
    }

    @Test
    void noProxyOfTheEnvironmentIsAsked() {
        ProxySelector before = ProxySelector.getDefault();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI url) {
                return List.of(
                        new Proxy(Proxy.Type.HTTP, new InetSocketAddress(InetAddress.ofLiteral(HERE), canary.port())));
            }

            @Override
            public void connectFailed(URI url, SocketAddress address, IOException failure) {
                log.debug("no proxy", failure);
            }
        });
        String root = http.url("");
        try (BranchCalls calls = calls(Resolver.SYSTEM, root, "grpc://127.0.0.1:" + grpc.port())) {
            assertThat(call(calls, root + "/do")).isInstanceOf(BranchOutcome.Succeeded.class);
            assertThat(call(calls, "127.0.0.1:" + grpc.port() + "/a.B/Do")).isInstanceOf(BranchOutcome.Succeeded.class);
        } finally {
            ProxySelector.setDefault(before);
        }
        assertNotHeard("a proxy");
    }

    /// No limit: the figure is for docs/dtm-compatibility.md.
    @Test
    void whatTheListCosts() {
        List<String> targets = new ArrayList<>();
        List<String> listed = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            targets.add("grpc://stock" + number + ":28282");
            listed.add("stock" + number + ":28282/shop.Stock/Reserve");
        }
        BranchUrls urls = new BranchUrls(new AllowList(true, targets), 2_048);
        int allowed = 0;
        long bestNanos = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            long startNanos = System.nanoTime();
            for (int call = 0; call < 100_000; call++) {
                if (urls.mayCallByName(listed.get(call % listed.size()))) {
                    allowed++;
                }
            }
            bestNanos = Math.min(bestNanos, System.nanoTime() - startNanos);
        }
        assertThat(allowed).isEqualTo(1_000_000);
        log.info("The allow-list costs {} ns per call with 100 targets", bestNanos / 100_000);
    }
}
