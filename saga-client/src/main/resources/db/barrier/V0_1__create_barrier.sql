-- One row per branch operation that this schema has seen; see io.ordersaga.saga.client.Barrier.
-- The columns are bytes, so that two ids are equal only when every byte is: a text column would let gids that differ in
-- case or in a trailing blank share a row, and the second branch would be skipped and reported as done.
CREATE TABLE barrier (
    gid        VARBINARY(128) NOT NULL,
    branch_id  VARBINARY(128) NOT NULL,
    op         VARBINARY(45)  NOT NULL COMMENT 'the operation that this row stands for',
    barrier_id VARBINARY(45)  NOT NULL COMMENT 'which call of the handler: 01, 02, ...',
    trans_type VARBINARY(45)  NOT NULL,
    reason     VARBINARY(45)  NOT NULL COMMENT 'the operation that inserted this row',
    created_at DATETIME(3)    NOT NULL COMMENT 'UTC; rows are purged by age',
    PRIMARY KEY (gid, branch_id, op, barrier_id),
    KEY barrier_created_at (created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
