-- How long finished sagas are kept. A status without a row, or with NULL, is kept for ever.
CREATE TABLE retention (
  status       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  keep_seconds BIGINT      NULL,
  updated      DATETIME(6) NULL,
  purged       BIGINT      NOT NULL,
  PRIMARY KEY (status)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO retention (status, keep_seconds, updated, purged)
VALUES ('SUCCEEDED', NULL, NULL, 0), ('FAILED', NULL, NULL, 0);

-- Work that one node at a time does for all.
CREATE TABLE duty (
  name  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- By the database's clock; afterwards anybody may take it.
  until DATETIME(6) NOT NULL,
  -- When the owner last did it.
  done  DATETIME(6) NOT NULL,
  PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What each node counted within a minute, for rates that no table has to be searched for.
CREATE TABLE saga_minute (
  minute    DATETIME    NOT NULL,
  node      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  submitted BIGINT      NOT NULL,
  succeeded BIGINT      NOT NULL,
  failed    BIGINT      NOT NULL,
  parked    BIGINT      NOT NULL,
  PRIMARY KEY (minute, node)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
