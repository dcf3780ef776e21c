package io.ordersaga.coordinator.admin.audit;

import java.time.Instant;

/// An entry as its columns hold it. Public because JDBI maps public records only.
///
/// @param requestDigest 64 hexadecimal digits, or empty
/// @param begunSeq 0 but for the end of an operation
/// @param previousHash 64 hexadecimal digits, as is `hash`
public record AuditRow(
        long seq,
        Instant time,
        String kind,
        String operator,
        String method,
        String resource,
        String outcome,
        String reason,
        String requestDigest,
        String origin,
        long begunSeq,
        String previousHash,
        String hash) {

    AuditRow withHash(String value) {
        return new AuditRow(
                seq,
                time,
                kind,
                operator,
                method,
                resource,
                outcome,
                reason,
                requestDigest,
                origin,
                begunSeq,
                previousHash,
                value);
    }
}
