package io.ordersaga.coordinator.admin.operation;

import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// What people wrote down about a saga, and what they did about it.
public interface NoteTable {

    @SqlUpdate("""
            INSERT INTO saga_note (saga_id, created, author, text)
            VALUES (:sagaId, UTC_TIMESTAMP(6), :author, :text)
            """)
    int insert(@Bind("sagaId") long sagaId, @Bind("author") String author, @Bind("text") String text);
}
