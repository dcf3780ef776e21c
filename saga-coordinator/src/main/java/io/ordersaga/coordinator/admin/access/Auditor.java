package io.ordersaga.coordinator.admin.access;

import io.grpc.Status;
import io.ordersaga.kit.ErrorDomain;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides what becomes of a call when the audit log cannot be written: an operation is not begun, but
/// what happened has happened. Denials are written as many as a log can bear; how many more there were
/// stands with the next one. Thread-safe.
final class Auditor {
    private static final Logger log = LoggerFactory.getLogger(Auditor.class);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AuditTrail trail;
    private final int denialsPerSecond;
    private final ErrorDomain domain;
    private long secondBegan = System.nanoTime();
    private int denialsInSecond;
    private long denialsLeftOut;

    Auditor(AuditTrail trail, int denialsPerSecond, ErrorDomain domain) {
        this.trail = trail;
        this.denialsPerSecond = denialsPerSecond;
        this.domain = domain;
    }

    /// @return the entry's place
    /// @throws io.ordersaga.kit.RefusalException UNAVAILABLE when it could not be written
    long begun(AuditTrail.Entry entry) {
        try {
            return trail.append(entry);
        } catch (RuntimeException e) {
            log.error("{} by {} was refused: the audit log could not be written", entry.method(), entry.operator(), e);
            throw domain.refusal(
                    Status.Code.UNAVAILABLE,
                    "AUDIT_UNAVAILABLE",
                    "nothing was done: the audit log cannot be written at the moment",
                    Map.of());
        }
    }

    /// Writes an end or a denial, and waits for it, unless this thread is one that others need.
    void ended(AuditTrail.Entry entry) {
        AuditTrail.Entry written = entry;
        if (entry.kind() == AuditTrail.Kind.DENIED && entry.begunSeq() == 0) {
            long leftOut = admitDenial();
            if (leftOut < 0) {
                return;
            }
            written = leftOut == 0 ? entry : withReason(entry, leftOut + " more denials before this are not listed");
        }
        if (Thread.currentThread().isVirtual()) {
            write(written);
        } else {
            AuditTrail.Entry later = written;
            Thread.ofVirtual().name("audit").start(() -> write(later));
        }
    }

    private void write(AuditTrail.Entry entry) {
        try {
            trail.append(entry);
        } catch (RuntimeException e) {
            log.error(
                    "Not in the audit log: {} of {} by {}, {}",
                    entry.kind(),
                    entry.method(),
                    entry.operator(),
                    entry.outcome(),
                    e);
        }
    }

    /// How many were left out before this one; negative when this one is left out too.
    private synchronized long admitDenial() {
        long now = System.nanoTime();
        if (now - secondBegan >= SECOND) {
            secondBegan = now;
            denialsInSecond = 0;
        }
        if (denialsInSecond >= denialsPerSecond) {
            denialsLeftOut++;
            return -1;
        }
        denialsInSecond++;
        long leftOut = denialsLeftOut;
        denialsLeftOut = 0;
        return leftOut;
    }

    private static AuditTrail.Entry withReason(AuditTrail.Entry entry, String reason) {
        return new AuditTrail.Entry(
                entry.kind(),
                entry.operator(),
                entry.method(),
                entry.resource(),
                entry.outcome(),
                reason,
                entry.requestDigest(),
                entry.origin(),
                entry.begunSeq());
    }
}
