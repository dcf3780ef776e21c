-- One row of the journal holds every call of its saga that was made within a moment: the first in the columns, the
-- others here, oldest first, as a JSON array of objects with the columns' names: step, op, attempt, started (UTC),
-- took_micros, target, outcome, detail. An attempt of 0 and an empty detail are left out; node and trace_id are the
-- row's. NULL when there was only one.
ALTER TABLE saga_attempt ADD COLUMN more MEDIUMTEXT NULL;
