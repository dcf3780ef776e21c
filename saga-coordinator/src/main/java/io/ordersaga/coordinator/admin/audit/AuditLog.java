package io.ordersaga.coordinator.admin.audit;

import io.ordersaga.coordinator.admin.access.AuditTrail;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The audit log in MySQL or MariaDB. An entry is added in a short transaction that holds the row of the
/// newest one: whichever coordinator adds it, there is one order and no gap. Thread-safe.
public final class AuditLog implements AuditTrail {
    private static final Logger log = LoggerFactory.getLogger("io.ordersaga.coordinator.audit");

    private static final int OPERATOR_LENGTH_MAX = 64;
    private static final int METHOD_LENGTH_MAX = 256;
    private static final int RESOURCE_LENGTH_MAX = 512;
    private static final int OUTCOME_LENGTH_MAX = 128;
    private static final int REASON_LENGTH_MAX = 1000;
    private static final int ORIGIN_LENGTH_MAX = 64;
    private static final int CHECKED_AT_A_TIME = 1000;
    private static final int ATTEMPTS_MAX = 5;
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int DEADLOCK = 1213;

    private final Jdbi jdbi;
    private final AuditTable table;

    public AuditLog(Jdbi jdbi) {
        this.jdbi = jdbi;
        this.table = jdbi.onDemand(AuditTable.class);
    }

    @Override
    public long append(Entry entry) {
        for (int attempt = 1; ; attempt++) {
            try {
                return appendOnce(entry);
            } catch (UnableToExecuteStatementException e) {
                // Others held the newest entry for too long; nothing was written.
                if (attempt == ATTEMPTS_MAX || !isContention(e)) {
                    throw e;
                }
            }
        }
    }

    private static boolean isContention(UnableToExecuteStatementException failure) {
        return failure.getCause() instanceof SQLException error
                && (error.getErrorCode() == LOCK_WAIT_TIMEOUT || error.getErrorCode() == DEADLOCK);
    }

    private long appendOnce(Entry entry) {
        AuditRow written = jdbi.inTransaction(handle -> {
            AuditTable held = handle.attach(AuditTable.class);
            AuditTable.Head head = held.hold();
            AuditRow open = new AuditRow(
                    head.seq() + 1,
                    head.time(),
                    entry.kind().name(),
                    cut(entry.operator(), OPERATOR_LENGTH_MAX),
                    cut(entry.method(), METHOD_LENGTH_MAX),
                    cut(entry.resource(), RESOURCE_LENGTH_MAX),
                    cut(entry.outcome(), OUTCOME_LENGTH_MAX),
                    cut(entry.reason(), REASON_LENGTH_MAX),
                    entry.requestDigest(),
                    cut(entry.origin(), ORIGIN_LENGTH_MAX),
                    entry.begunSeq(),
                    head.hash(),
                    "");
            AuditRow row = open.withHash(AuditChain.hashOf(open));
            held.insert(row);
            held.move(row.seq(), row.hash());
            return row;
        });
        // A copy that who changes the table cannot reach.
        log.info("Audit entry {} {}: {} {}", written.seq(), written.hash(), written.kind(), written.method());
        return written.seq();
    }

    /// What a reading of the log found.
    ///
    /// @param found the first entry that is not in order; empty when all are
    /// @param entries that were read
    /// @param last where the reading ended
    record Verdict(Optional<AuditChain.Break> found, long entries, AuditChain last, AuditTable.Head head) {}

    /// Reads from an entry on.
    ///
    /// @param firstSeq 1 or more
    /// @param limit entries at most
    Verdict verify(long firstSeq, int limit) {
        // Before the entries: those that are added meanwhile are not missed at the end.
        AuditTable.Head head = table.head();
        AuditChain chain = firstSeq <= 1
                ? AuditChain.START
                : table.find(firstSeq - 1)
                        .map(row -> new AuditChain(row.seq(), row.hash()))
                        .orElse(new AuditChain(firstSeq - 2, ""));
        long read = 0;
        while (read < limit) {
            var page = table.listAfter(chain.seq(), (int) Math.min(CHECKED_AT_A_TIME, limit - read));
            for (AuditRow row : page) {
                Optional<AuditChain.Break> objection = chain.objectionTo(row);
                if (objection.isPresent()) {
                    return new Verdict(objection, read, chain, head);
                }
                chain = chain.after(row);
                read++;
            }
            if (page.isEmpty()) {
                return new Verdict(objectionToEnd(chain, head), read, chain, head);
            }
        }
        return new Verdict(Optional.empty(), read, chain, head);
    }

    AuditTable table() {
        return table;
    }

    private static Optional<AuditChain.Break> objectionToEnd(AuditChain end, AuditTable.Head head) {
        if (end.seq() < head.seq()) {
            return Optional.of(new AuditChain.Break(
                    end.seq() + 1, "this entry and all behind it are missing; the newest was " + head.seq()));
        }
        return end.seq() == head.seq() && !end.hash().equals(head.hash())
                ? Optional.of(new AuditChain.Break(end.seq(), "is not the newest entry that was written"))
                : Optional.empty();
    }

    /// Never between the two halves of a character.
    private static String cut(String text, int lengthMax) {
        if (text.length() <= lengthMax) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(lengthMax - 1)) ? lengthMax - 1 : lengthMax);
    }
}
