package io.ordersaga.order.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersaga.audit.AuditResult;
import io.ordersaga.audit.Finding;
import io.ordersaga.audit.v1.Audit;
import io.ordersaga.audit.v1.GetLatestAuditRequest;
import io.ordersaga.audit.v1.RunAuditRequest;
import io.ordersaga.kit.Caller;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.kit.Role;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/// The audit that is run is the test's: it ends when the test says so.
class AuditEndpointTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final RunAuditRequest WAITING = RunAuditRequest.newBuilder()
            .setWait(Duration.newBuilder().setSeconds(20))
            .build();
    private static final RunAuditRequest AT_ONCE =
            RunAuditRequest.newBuilder().setWait(Duration.getDefaultInstance()).build();

    private final CompletableFuture<AuditResult> outcome = new CompletableFuture<>();
    private final AtomicInteger audits = new AtomicInteger();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AuditRuns runs = new AuditRuns(
            () -> {
                audits.incrementAndGet();
                return outcome.join();
            },
            metrics,
            InstantSource.fixed(NOW));

    @Test
    void whatIsFoundIsToldToStaffAndAsAMetric() {
        assertThatThrownBy(() -> call(Role.STAFF, AuditEndpointTest::latest))
                .isInstanceOfSatisfying(
                        RefusalException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo("AUDIT_NOT_FOUND"));

        assertThat(call(Role.STAFF, run(AT_ONCE)).getState()).isEqualTo(Audit.State.RUNNING);
        outcome.complete(new AuditResult(
                NOW,
                java.time.Duration.ofMillis(1),
                List.of(
                        new Finding("I1-a", "all is well", 0, List.of(), java.time.Duration.ZERO),
                        new Finding("I2-b", "it is not", 2, List.of("id=1"), java.time.Duration.ZERO))));
        Audit done = call(Role.STAFF, run(WAITING));

        assertThat(done.getState()).isEqualTo(Audit.State.DONE);
        assertThat(done.getViolations()).isEqualTo(2);
        assertThat(done.getFindingsList()).hasSize(2);
        assertThat(done.getFindings(1).getExamplesList()).containsExactly("id=1");
        assertThat(call(Role.STAFF, AuditEndpointTest::latest).getState()).isEqualTo(Audit.State.DONE);
        assertThat(metrics.get("audit.violations").tag("rule", "I1-a").gauge().value())
                .isZero();
        assertThat(metrics.get("audit.violations").tag("rule", "I2-b").gauge().value())
                .isEqualTo(2);
    }

    @Test
    void whoAsksWhileOneRunsJoinsIt() {
        call(Role.STAFF, run(AT_ONCE));
        call(Role.ADMIN, run(AT_ONCE));
        outcome.complete(new AuditResult(NOW, java.time.Duration.ZERO, List.of()));
        call(Role.STAFF, run(WAITING));

        assertThat(audits).hasValueLessThanOrEqualTo(2).hasPositiveValue();
    }

    @Test
    void anAuditThatCouldNotBeDoneIsNoGoodNews() {
        outcome.completeExceptionally(new IllegalStateException("the server is down"));

        Audit failed = call(Role.STAFF, run(WAITING));

        assertThat(failed.getState()).isEqualTo(Audit.State.FAILED);
        assertThat(failed.getFailure()).isEqualTo("the audit could not be done");
        assertThat(metrics.find("audit.violations").gauge()).isNull();
    }

    @Test
    void customersAndShopsWithoutAnAccountAreRefused() {
        assertThatThrownBy(() -> call(Role.CUSTOMER, run(AT_ONCE)))
                .isInstanceOfSatisfying(
                        RefusalException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Caller.ROLE_MISSING));
        assertThatThrownBy(() -> call(new AuditEndpoint(runs, config("")), Role.STAFF, run(AT_ONCE)))
                .isInstanceOfSatisfying(
                        RefusalException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo("AUDIT_NOT_SET_UP"));
        assertThat(audits).hasValue(0);
    }

    private static BiConsumer<AuditEndpoint, StreamObserver<Audit>> run(RunAuditRequest request) {
        return (endpoint, answer) -> endpoint.runAudit(request, answer);
    }

    private static void latest(AuditEndpoint endpoint, StreamObserver<Audit> answer) {
        endpoint.getLatestAudit(GetLatestAuditRequest.getDefaultInstance(), answer);
    }

    private Audit call(Role role, BiConsumer<AuditEndpoint, StreamObserver<Audit>> method) {
        return call(new AuditEndpoint(runs, config("secret")), role, method);
    }

    private static Audit call(
            AuditEndpoint endpoint, Role role, BiConsumer<AuditEndpoint, StreamObserver<Audit>> method) {
        AtomicReference<Audit> answered = new AtomicReference<>();
        new Caller("eve", Set.of(role))
                .in(Context.ROOT)
                .run(() -> method.accept(endpoint, new StreamObserver<>() {
                    @Override
                    public void onNext(Audit audit) {
                        answered.set(audit);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        throw new AssertionError(failure);
                    }

                    @Override
                    public void onCompleted() {
                        assertThat(answered.get()).isNotNull();
                    }
                }));
        return answered.get();
    }

    private static AuditConfig config(String password) {
        return new AuditConfig(
                "jdbc:mysql://127.0.0.1:3306/",
                "ordersaga_audit",
                password,
                java.time.Duration.ofMinutes(10),
                java.time.Duration.ofMinutes(2),
                20,
                java.time.Duration.ofMinutes(1),
                java.time.Duration.ofSeconds(2));
    }
}
