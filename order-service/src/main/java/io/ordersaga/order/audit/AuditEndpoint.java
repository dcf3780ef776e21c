package io.ordersaga.order.audit;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.audit.AuditResult;
import io.ordersaga.audit.Finding;
import io.ordersaga.audit.v1.Audit;
import io.ordersaga.audit.v1.AuditFinding;
import io.ordersaga.audit.v1.AuditServiceGrpc;
import io.ordersaga.audit.v1.GetLatestAuditRequest;
import io.ordersaga.audit.v1.RunAuditRequest;
import io.ordersaga.kit.Caller;
import io.ordersaga.kit.RefusalException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// Audits for staff.
final class AuditEndpoint extends AuditServiceGrpc.AuditServiceImplBase {
    static final String DOMAIN = "audit.ordersaga";
    static final String NOT_SET_UP = "AUDIT_NOT_SET_UP";
    static final String NOT_FOUND = "AUDIT_NOT_FOUND";

    private final AuditRuns runs;
    private final AuditConfig config;

    AuditEndpoint(AuditRuns runs, AuditConfig config) {
        this.runs = runs;
        this.config = config;
    }

    @Override
    public void runAudit(RunAuditRequest request, StreamObserver<Audit> answer) {
        Caller.current().requireStaff();
        if (!config.setUp()) {
            throw refused(Status.Code.FAILED_PRECONDITION, NOT_SET_UP, "no account for audits is set up here");
        }
        AuditRuns.Run run = runs.begin();
        AuditRuns.await(
                run,
                request.hasWait()
                        ? Duration.ofSeconds(
                                request.getWait().getSeconds(),
                                request.getWait().getNanos())
                        : config.runWait());
        answer.onNext(proto(run));
        answer.onCompleted();
    }

    @Override
    public void getLatestAudit(GetLatestAuditRequest request, StreamObserver<Audit> answer) {
        Caller.current().requireStaff();
        answer.onNext(proto(
                runs.latest().orElseThrow(() -> refused(Status.Code.NOT_FOUND, NOT_FOUND, "there was no audit yet"))));
        answer.onCompleted();
    }

    private static Audit proto(AuditRuns.Run run) {
        Audit.Builder audit =
                Audit.newBuilder().setBeginTime(proto(run.begun())).setState(Audit.State.RUNNING);
        if (!run.end().isDone()) {
            return audit.build();
        }
        AuditRuns.Ended ended = run.end().join();
        audit.setEndTime(proto(ended.time())).setState(Audit.State.FAILED).setFailure(ended.failure());
        ended.result().ifPresent(result -> add(result, audit));
        return audit.build();
    }

    private static void add(AuditResult result, Audit.Builder audit) {
        audit.setState(Audit.State.DONE).setViolations(result.violations());
        for (Finding finding : result.findings()) {
            audit.addFindings(AuditFinding.newBuilder()
                    .setRule(finding.rule())
                    .setPromise(finding.promise())
                    .setViolations(finding.violations())
                    .addAllExamples(finding.examples()));
        }
    }

    private static Timestamp proto(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    private static RefusalException refused(Status.Code code, String reason, String message) {
        return new RefusalException(code, DOMAIN, reason, message, Map.of());
    }
}
