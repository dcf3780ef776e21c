package io.ordersaga.coordinator.admin.operation;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/// What coordinators say of themselves, and what operators want of them. Times are UTC.
@RegisterConstructorMapper(NodeTable.Row.class)
@RegisterConstructorMapper(NodeTable.Wish.class)
@RegisterConstructorMapper(NodeTable.Held.class)
@RegisterConstructorMapper(NodeTable.Waiting.class)
@RegisterConstructorMapper(NodeTable.Pause.class)
@RegisterConstructorMapper(NodeTable.Due.class)
public interface NodeTable {

    /// What a node said of itself.
    ///
    /// @param ageMicros since it last said anything, by the database's clock
    record Row(
            String name,
            String version,
            String host,
            LocalDateTime started,
            LocalDateTime reported,
            Optional<LocalDateTime> stopped,
            int running,
            int leases,
            int runningMax,
            long claimAgeMicros,
            long backlog,
            boolean draining,
            boolean drainWanted,
            String targets,
            long ageMicros) {}

    /// How a node is.
    ///
    /// @param targets as JSON
    record Saying(
            String name,
            String version,
            String host,
            LocalDateTime started,
            int running,
            int leases,
            int runningMax,
            long claimAgeMicros,
            long backlog,
            boolean draining,
            String targets) {}

    /// What operators want of a node: to be drained when the address is empty, else to leave that target alone.
    record Wish(String address, String author, String reason) {}

    /// A node, locked.
    ///
    /// @param working whether it is alive and is to go on
    record Held(String name, boolean working) {}

    /// Transactions whose last call without success went to this address, and that wait for their next try.
    record Waiting(String target, long number) {}

    record Pause(String address, String author, String reason, LocalDateTime paused) {}

    /// What waits for a node.
    ///
    /// @param lagMicros how long the first of those that are due has been due
    record Due(long backlog, long lagMicros) {}

    @SqlUpdate("""
            INSERT INTO node (name, version, host, started, reported, stopped, running, leases, running_max,
                              claim_age_micros, backlog, draining, drain_wanted, targets)
            VALUES (:node.name, :node.version, :node.host, :node.started, UTC_TIMESTAMP(6), NULL, :node.running,
                    :node.leases, :node.runningMax, :node.claimAgeMicros, :node.backlog, :node.draining, FALSE,
                    :node.targets)
            ON DUPLICATE KEY UPDATE
              reported = VALUES(reported),
              stopped = NULL,
              running = VALUES(running),
              leases = VALUES(leases),
              claim_age_micros = VALUES(claim_age_micros),
              backlog = VALUES(backlog),
              draining = VALUES(draining),
              targets = VALUES(targets)
            """)
    int say(@BindMethods("node") Saying node);

    @SqlUpdate("""
            UPDATE node
            SET stopped = UTC_TIMESTAMP(6),
                running = 0,
                leases = 0
            WHERE name = :name
            """)
    int stopped(@Bind("name") String name);

    @SqlUpdate("""
            DELETE FROM node
            WHERE reported < UTC_TIMESTAMP(6) - INTERVAL :keepSeconds SECOND
            """)
    int forget(@Bind("keepSeconds") long keepSeconds);

    /// Everything that a node has to heed, in one question.
    @SqlQuery("""
            SELECT address, author, reason
            FROM target_pause
            UNION ALL
            SELECT '', '', ''
            FROM node
            WHERE name = :name
              AND drain_wanted
            """)
    List<Wish> wishes(@Bind("name") String name);

    @SqlQuery("""
            SELECT name, version, host, started, reported, stopped, running, leases, running_max, claim_age_micros,
                   backlog, draining, drain_wanted, targets,
                   TIMESTAMPDIFF(MICROSECOND, reported, UTC_TIMESTAMP(6)) AS age_micros
            FROM node
            ORDER BY stopped IS NOT NULL, reported DESC, name
            LIMIT :limit
            """)
    List<Row> list(@Bind("limit") int limit);

    /// All of them, which nobody changes until the end of the transaction: of two who drain at once, the second sees
    /// what the first did.
    @SqlQuery("""
            SELECT name,
                   stopped IS NULL
                     AND NOT drain_wanted
                     AND reported >= UTC_TIMESTAMP(6) - INTERVAL :silentMicros MICROSECOND AS working
            FROM node
            ORDER BY name
            FOR UPDATE
            """)
    List<Held> hold(@Bind("silentMicros") long silentMicros);

    /// False when no other node would go on.
    @Transaction
    default boolean drainUnlessLast(String name, long silentMicros) {
        boolean others = hold(silentMicros).stream()
                .anyMatch(node -> node.working() && !node.name().equals(name));
        return others && drain(name, true) == 1;
    }

    @SqlUpdate("""
            UPDATE node
            SET drain_wanted = :wanted
            WHERE name = :name
            """)
    int drain(@Bind("name") String name, @Bind("wanted") boolean wanted);

    @SqlQuery("""
            SELECT address, author, reason, paused
            FROM target_pause
            ORDER BY address
            LIMIT :limit
            """)
    List<Pause> pauses(@Bind("limit") int limit);

    /// By what they wait for; those that are due first, and no more than so many in all.
    @SqlQuery("""
            SELECT t.target, COUNT(*) AS number
            FROM (
              SELECT id
              FROM saga FORCE INDEX (saga_next_due)
              WHERE next_due IS NOT NULL
                AND owner IS NULL
              ORDER BY next_due
              LIMIT :limit) AS waiting
            JOIN saga_trouble t ON t.saga_id = waiting.id
            GROUP BY t.target
            """)
    List<Waiting> waiting(@Bind("limit") int limit);

    @SqlUpdate("""
            INSERT INTO target_pause (address, author, reason, paused)
            VALUES (:address, :author, :reason, UTC_TIMESTAMP(6))
            ON DUPLICATE KEY UPDATE
              author = VALUES(author),
              reason = VALUES(reason)
            """)
    int pause(@Bind("address") String address, @Bind("author") String author, @Bind("reason") String reason);

    @SqlUpdate("""
            DELETE FROM target_pause
            WHERE address = :address
            """)
    int resume(@Bind("address") String address);

    @SqlQuery("""
            SELECT COUNT(*) AS backlog,
                   COALESCE(TIMESTAMPDIFF(MICROSECOND, MIN(next_due), UTC_TIMESTAMP(6)), 0) AS lag_micros
            FROM (
              SELECT next_due
              FROM saga
              WHERE next_due <= UTC_TIMESTAMP(6)
              ORDER BY next_due
              LIMIT :limit) AS due
            """)
    Due due(@Bind("limit") int limit);
}
