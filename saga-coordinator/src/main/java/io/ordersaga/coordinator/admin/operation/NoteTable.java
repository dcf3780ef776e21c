package io.ordersaga.coordinator.admin.operation;

import io.ordersaga.coordinator.engine.Bytes;
import java.time.LocalDateTime;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// What people wrote down about a saga, and what they did about it.
public interface NoteTable {

    @SqlUpdate("""
            INSERT INTO saga_note (saga_id, created, author, text)
            VALUES (:sagaId, UTC_TIMESTAMP(6), :author, :text)
            """)
    int insert(@Bind("sagaId") long sagaId, @Bind("author") String author, @Bind("text") String text);

    /// Whether this very note was left since then.
    @SqlQuery("""
            SELECT EXISTS (
              SELECT 1
              FROM saga s
              JOIN saga_note n ON n.saga_id = s.id
              WHERE s.gid = :gid
                AND n.author = :author
                AND n.text = :text
                AND n.created >= :since)
            """)
    boolean wasLeft(
            @Bind("gid") Bytes gid,
            @Bind("author") String author,
            @Bind("text") String text,
            @Bind("since") LocalDateTime since);
}
