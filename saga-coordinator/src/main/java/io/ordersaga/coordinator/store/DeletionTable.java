package io.ordersaga.coordinator.store;

import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Everything that is kept of one saga, deleted within one transaction.
interface DeletionTable {

    @SqlUpdate("""
            DELETE FROM saga_attempt
            WHERE saga_id = :id
            """)
    void attempts(@Bind("id") long id);

    @SqlUpdate("""
            DELETE FROM saga_note
            WHERE saga_id = :id
            """)
    void notes(@Bind("id") long id);

    @SqlUpdate("""
            DELETE FROM saga_label
            WHERE saga_id = :id
            """)
    void labels(@Bind("id") long id);

    @SqlUpdate("""
            DELETE FROM saga_trouble
            WHERE saga_id = :id
            """)
    void trouble(@Bind("id") long id);

    @SqlUpdate("""
            DELETE FROM saga
            WHERE id = :id
            """)
    void saga(@Bind("id") long id);
}
