-- One row per saga: what was submitted, how far it is, and who works on it.
CREATE TABLE saga (
  -- Made by the coordinator out of the time and chance: no counter that every insert has to pass. It grows with time,
  -- so that in InnoDB new rows are written side by side, a page of a list is a range, and old rows are a range too.
  -- In a database that keeps ranges of keys on different servers, all new rows would go to one of them: TiDB
  -- reads the comments below, which are nothing to MySQL and MariaDB, and scatters the rows instead. Vitess
  -- scatters them by the hash of gid.
  id               BIGINT         NOT NULL,
  -- Bytes, so that two gids are equal only when they are the same: no case, no blanks, no cut.
  gid              VARBINARY(128) NOT NULL,
  mode             VARCHAR(16)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The form in which definition and progress are written. A coordinator claims only sagas whose form it reads, so
  -- that an old and a new one can run side by side.
  form             SMALLINT       NOT NULL,
  definition       MEDIUMBLOB     NOT NULL,
  digest           BINARY(32)     NOT NULL,
  status           VARCHAR(16)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  progress         MEDIUMBLOB     NOT NULL,
  attempts         INT            NOT NULL,
  retries          INT            NOT NULL,
  errors           INT            NOT NULL,
  rejection_reason MEDIUMTEXT     NULL,
  rejection_status VARBINARY(4096) NULL,
  -- Why nobody works on it until somebody has looked at it. Then next_due is NULL as well.
  parked_reason    MEDIUMTEXT     NULL,
  -- The coordinator that works on it; NULL while it waits and after its end.
  owner            VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NULL,
  -- Rises with every new owner; every write asserts it.
  epoch            BIGINT         NOT NULL,
  -- When anybody may take it: the end of the owner's lease, or of the wait. NULL after its end.
  next_due         DATETIME(6)    NULL,
  created          DATETIME(6)    NOT NULL,
  updated          DATETIME(6)    NOT NULL,
  finished         DATETIME(6)    NULL,
  PRIMARY KEY (id) /*T![clustered_index] NONCLUSTERED */,
  UNIQUE KEY saga_gid (gid),
  -- Finished sagas are NULL here: however many there are, what is due is at the start of the rest.
  KEY saga_next_due (next_due, form),
  KEY saga_status (status, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin /*T! SHARD_ROW_ID_BITS=4 PRE_SPLIT_REGIONS=4 */;

-- Every call of a branch, for people; nothing is decided by it. Rows are only ever added.
CREATE TABLE saga_attempt (
  saga_id     BIGINT       NOT NULL,
  -- Made like the id of a saga, and by whoever made the call.
  id          BIGINT       NOT NULL,
  step        INT          NOT NULL,
  op          VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempt     INT          NOT NULL,
  started     DATETIME(6)  NOT NULL,
  took_micros BIGINT       NOT NULL,
  node        VARCHAR(64)  NOT NULL,
  target      VARCHAR(512) NOT NULL,
  outcome     VARCHAR(16)  NOT NULL,
  -- Cut when it is too long; it says so then.
  detail      VARCHAR(2048) NOT NULL,
  trace_id    VARCHAR(64)  NULL,
  -- The attempts of a saga are one range, and those of young sagas are written side by side; no other index has to be
  -- kept. Old ones can be dropped by ranges of saga_id, which are ranges of time.
  PRIMARY KEY (saga_id, id) /*T![clustered_index] NONCLUSTERED */
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin /*T! SHARD_ROW_ID_BITS=4 PRE_SPLIT_REGIONS=4 */;
