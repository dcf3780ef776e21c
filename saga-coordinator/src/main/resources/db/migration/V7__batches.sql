-- The same operation for many sagas. One coordinator at a time works on a batch, under a lease by the database's clock.
CREATE TABLE batch (
  id              BIGINT        NOT NULL AUTO_INCREMENT,
  operation       VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- What selected the sagas, when the batch was made; empty when they were named.
  filter          VARCHAR(1000) NOT NULL,
  reason          VARCHAR(500)  NOT NULL,
  -- Only of an operation that moves a deadline.
  deadline_millis BIGINT        NULL,
  -- Sagas in a second, at most.
  rate            INT           NOT NULL,
  state           VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  author          VARCHAR(128)  NOT NULL,
  -- The same of one author once more makes no second batch; NULL makes one every time.
  request_id      VARCHAR(64)   NULL,
  created         DATETIME(6)   NOT NULL,
  finished        DATETIME(6)   NULL,
  total           INT           NOT NULL,
  succeeded       INT           NOT NULL,
  denied          INT           NOT NULL,
  failed          INT           NOT NULL,
  owner           VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NULL,
  lease_end       DATETIME(6)   NULL,
  PRIMARY KEY (id),
  UNIQUE KEY batch_request (author, request_id),
  KEY batch_state (state, lease_end)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What a batch is about, fixed when it was made, and what came of each.
CREATE TABLE batch_item (
  batch_id BIGINT         NOT NULL,
  place    INT            NOT NULL,
  gid      VARBINARY(128) NOT NULL,
  outcome  VARCHAR(16)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  detail   VARCHAR(1024)  NOT NULL,
  finished DATETIME(6)    NULL,
  PRIMARY KEY (batch_id, place),
  KEY batch_item_outcome (batch_id, outcome, place)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
