-- One row per saga: what was submitted, how far it is, and who works on it.
CREATE TABLE saga (
  -- Grows with time and is made by the coordinator: no counter that every insert has to pass.
  id               BIGINT         NOT NULL,
  -- Bytes, so that two gids are equal only when they are the same: no case, no blanks, no cut.
  gid              VARBINARY(128) NOT NULL,
  mode             VARCHAR(16)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  definition       MEDIUMBLOB     NOT NULL,
  digest           BINARY(32)     NOT NULL,
  status           VARCHAR(16)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  progress         MEDIUMBLOB     NOT NULL,
  attempts         INT            NOT NULL,
  retries          INT            NOT NULL,
  rejection_reason MEDIUMTEXT     NULL,
  rejection_status VARBINARY(4096) NULL,
  -- The coordinator that works on it; NULL while it waits and after its end.
  owner            VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NULL,
  -- Rises with every new owner; every write asserts it.
  epoch            BIGINT         NOT NULL,
  -- When anybody may take it: the end of the owner's lease, or of the wait. NULL after its end.
  next_due         DATETIME(6)    NULL,
  created          DATETIME(6)    NOT NULL,
  updated          DATETIME(6)    NOT NULL,
  finished         DATETIME(6)    NULL,
  PRIMARY KEY (id),
  UNIQUE KEY saga_gid (gid),
  KEY saga_next_due (next_due)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
