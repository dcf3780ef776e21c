-- Participants that no coordinator calls until somebody resumes them. Every coordinator reads this with each poll.
CREATE TABLE target_pause (
  -- Scheme, host and port, as in the URLs of branches.
  address VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  author  VARCHAR(128) NOT NULL,
  reason  VARCHAR(500) NOT NULL,
  paused  DATETIME(6)  NOT NULL,
  PRIMARY KEY (address)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The coordinators, as each says of itself every few seconds. Rows of those that are gone are deleted after a day.
CREATE TABLE node (
  name             VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version          VARCHAR(64)  NOT NULL,
  host             VARCHAR(255) NOT NULL,
  started          DATETIME(6)  NOT NULL,
  reported         DATETIME(6)  NOT NULL,
  stopped          DATETIME(6)  NULL,
  running          INT          NOT NULL,
  leases           INT          NOT NULL,
  running_max      INT          NOT NULL,
  claim_age_micros BIGINT       NOT NULL,
  backlog          BIGINT       NOT NULL,
  -- Whether it takes up nothing any more, and whether somebody wants that.
  draining         BOOLEAN      NOT NULL,
  drain_wanted     BOOLEAN      NOT NULL,
  -- What it knows of participants, as a JSON array; at most 200 of them.
  targets          MEDIUMTEXT   NOT NULL,
  PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
