package io.ordersaga.coordinator.admin.audit;

import com.google.api.HttpBody;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.admin.query.QueryGate;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.saga.v1.AuditEntry;
import io.ordersaga.saga.v1.AuditServiceGrpc;
import io.ordersaga.saga.v1.ExportAuditRequest;
import io.ordersaga.saga.v1.ListAuditRequest;
import io.ordersaga.saga.v1.ListAuditResponse;
import io.ordersaga.saga.v1.VerifyAuditRequest;
import io.ordersaga.saga.v1.VerifyAuditResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/// The audit log over gRPC.
public final class AuditEndpoint extends AuditServiceGrpc.AuditServiceImplBase {
    private static final int PAGE_SIZE_USUAL = 50;
    /// Entries that one page of a list looks at.
    private static final long SPAN = 50_000;

    private static final int VERIFIED_MAX = 100_000;
    private static final int EXPORTED_MAX = 2_000;
    private static final Pattern PAGE_TOKEN = Pattern.compile("[1-9][0-9]{0,17}");
    private static final JsonFormat.Printer JSON = JsonFormat.printer().omittingInsignificantWhitespace();

    private final AuditLog log;
    private final QueryGate gate;
    private final ErrorDomain domain;

    public AuditEndpoint(AuditLog log, QueryGate gate, ErrorDomain domain) {
        this.log = log;
        this.gate = gate;
        this.domain = domain;
    }

    @Override
    public void listAudit(ListAuditRequest request, StreamObserver<ListAuditResponse> answer) {
        AuditTable.Head head = log.table().head();
        long before = request.getPageToken().isEmpty() ? head.seq() + 1 : seqOf(request.getPageToken());
        int size = request.getPageSize() == 0 ? PAGE_SIZE_USUAL : request.getPageSize();
        AuditTable.Wanted wanted = new AuditTable.Wanted(
                request.getOperator(),
                request.getMethod(),
                request.getKind() == AuditEntry.Kind.KIND_UNSPECIFIED
                        ? ""
                        : request.getKind().name(),
                request.hasStartTime() ? instant(request.getStartTime(), "start_time") : Instant.EPOCH,
                request.hasEndTime()
                        ? instant(request.getEndTime(), "end_time")
                        : head.time().plus(Duration.ofDays(1)),
                before);
        boolean aboutOne = !request.getResource().isEmpty();
        List<AuditRow> rows = gate.ask(() -> aboutOne
                ? log.table().listAbout(request.getResource(), wanted, size)
                : log.table().list(wanted, SPAN, size));
        long next = 0;
        if (rows.size() == size) {
            next = rows.getLast().seq();
        } else if (!aboutOne) {
            next = before - SPAN;
        }
        answer.onNext(ListAuditResponse.newBuilder()
                .addAllEntries(rows.stream().map(AuditEndpoint::entry).toList())
                .setNextPageToken(next > 1 ? Long.toString(next) : "")
                .build());
        answer.onCompleted();
    }

    @Override
    public void verifyAudit(VerifyAuditRequest request, StreamObserver<VerifyAuditResponse> answer) {
        AuditLog.Verdict verdict = gate.ask(() -> log.verify(Math.max(1, request.getFirstSeq()), VERIFIED_MAX));
        answer.onNext(VerifyAuditResponse.newBuilder()
                .setIntact(verdict.found().isEmpty())
                .setProblem(verdict.found().map(AuditChain.Break::problem).orElse(""))
                .setBrokenSeq(verdict.found().map(AuditChain.Break::seq).orElse(0L))
                .setEntries(verdict.entries())
                .setLastSeq(verdict.last().seq())
                .setHeadSeq(verdict.head().seq())
                .setHeadHash(verdict.head().hash())
                .build());
        answer.onCompleted();
    }

    @Override
    public void exportAudit(ExportAuditRequest request, StreamObserver<HttpBody> answer) {
        StringBuilder lines = new StringBuilder();
        for (AuditRow row : gate.ask(() -> log.table().listAfter(request.getAfterSeq(), EXPORTED_MAX))) {
            try {
                lines.append(JSON.print(entry(row))).append('\n');
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("an entry holds no messages of other types", e);
            }
        }
        answer.onNext(HttpBody.newBuilder()
                .setContentType("application/x-ndjson")
                .setData(ByteString.copyFromUtf8(lines.toString()))
                .build());
        answer.onCompleted();
    }

    private long seqOf(String token) {
        if (!PAGE_TOKEN.matcher(token).matches()) {
            throw domain.invalidField("page_token", "is not one that was given out");
        }
        return Long.parseLong(token);
    }

    private Instant instant(Timestamp time, String field) {
        if (!Timestamps.isValid(time)) {
            throw domain.invalidField(field, "is no time");
        }
        return Instant.ofEpochMilli(Timestamps.toMillis(time));
    }

    private static AuditEntry entry(AuditRow row) {
        return AuditEntry.newBuilder()
                .setSeq(row.seq())
                .setTime(Timestamps.fromMillis(row.time().toEpochMilli()))
                .setKind(AuditEntry.Kind.valueOf(row.kind()))
                .setOperator(row.operator())
                .setMethod(row.method())
                .setResource(row.resource())
                .setOutcome(row.outcome())
                .setReason(row.reason())
                .setRequestDigest(row.requestDigest())
                .setOrigin(row.origin())
                .setPreviousHash(row.previousHash())
                .setHash(row.hash())
                .setBegunSeq(row.begunSeq())
                .build();
    }
}
