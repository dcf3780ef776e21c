package io.ordersaga.coordinator.admin.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Binds each entry to the one before it. Immutable: it is where a reader of the log stands.
///
/// @param seq of the entry that was read last; 0: none yet
/// @param hash its hash
record AuditChain(long seq, String hash) {

    /// Before the first entry.
    static final AuditChain START = new AuditChain(0, "0".repeat(64));

    /// SHA-256 over the fields in the order of the columns, the hash itself left out: each as UTF-8
    /// behind its length in bytes, 4 bytes with the highest first; numbers as decimal digits, the time as
    /// milliseconds since 1970.
    static String hashOf(AuditRow row) {
        List<String> fields = List.of(
                Long.toString(row.seq()),
                Long.toString(row.time().toEpochMilli()),
                row.kind(),
                row.operator(),
                row.method(),
                row.resource(),
                row.outcome(),
                row.reason(),
                row.requestDigest(),
                row.origin(),
                Long.toString(row.begunSeq()),
                row.previousHash());
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String field : fields) {
                byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
                digest.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// What is wrong when this entry comes next; empty when nothing is.
    Optional<Break> objectionTo(AuditRow next) {
        if (next.seq() != seq + 1) {
            return Optional.of(
                    new Break(seq + 1, "this entry is missing; the next one that there is is " + next.seq()));
        }
        if (!next.previousHash().equals(hash)) {
            return Optional.of(new Break(next.seq(), "does not follow the entry before it"));
        }
        if (!next.hash().equals(hashOf(next))) {
            return Optional.of(new Break(next.seq(), "is not what was written"));
        }
        return Optional.empty();
    }

    AuditChain after(AuditRow row) {
        return new AuditChain(row.seq(), row.hash());
    }

    /// The first entry that is not in order, and what is wrong with it.
    record Break(long seq, String problem) {}
}
