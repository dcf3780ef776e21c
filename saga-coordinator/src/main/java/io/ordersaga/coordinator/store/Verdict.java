package io.ordersaga.coordinator.store;

import java.sql.SQLException;

/// What became of one [Write].
sealed interface Verdict {

    record Stored() implements Verdict {}

    /// Nothing was written: somebody else has the saga.
    record Lost() implements Verdict {}

    /// Nothing was written: the gid stands for this.
    record GidTaken(SagaRow.Known known) implements Verdict {}

    /// Nothing was written: another saga has the row id.
    record IdTaken() implements Verdict {}

    /// Nothing was written: the database will not have this row, now or later.
    record Refused(SQLException cause) implements Verdict {}

    /// The database did not answer, or not in time: whether the row was written is unknown.
    record Unknown(SQLException cause) implements Verdict {}
}
