-- When others are told that transactions need a person.
CREATE TABLE alert_rule (
  kind           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enabled        TINYINT     NOT NULL,
  threshold      INT         NOT NULL,
  window_seconds BIGINT      NOT NULL,
  PRIMARY KEY (kind)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO alert_rule (kind, enabled, threshold, window_seconds)
VALUES ('PARKED', 1, 1, 60),
       ('COMPENSATION_FAILING', 1, 1, 60),
       ('OVER_AGE', 1, 1, 3600),
       ('FAILURE_RATE', 1, 50, 300);

-- What was found. While it is on, there is one row of a rule and a fingerprint.
CREATE TABLE alert (
  id          VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind        VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  fingerprint VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Empty while it is on, afterwards its own id: so that the key below lets only one be on.
  closed      VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  summary     VARCHAR(1000) NOT NULL,
  value       BIGINT        NOT NULL,
  sample_gid  VARCHAR(128)  NOT NULL,
  start_time  DATETIME(3)   NOT NULL,
  seen_time   DATETIME(3)   NOT NULL,
  end_time    DATETIME(3)   NULL,
  PRIMARY KEY (id),
  UNIQUE KEY alert_on (kind, fingerprint, closed),
  KEY alert_end (end_time)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who is told.
CREATE TABLE alert_subscriber (
  name        VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  url         VARCHAR(1000) NOT NULL,
  secret      VARCHAR(100)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  create_time DATETIME(3)   NOT NULL,
  last_status INT           NOT NULL,
  last_error  VARCHAR(500)  NOT NULL,
  PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What is still to be told to whom. A row is gone when it was received, or given up.
CREATE TABLE alert_notice (
  alert_id    VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- `firing` or `recovered`.
  event       VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subscriber  VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body        VARCHAR(4000) NOT NULL,
  attempts    INT           NOT NULL,
  due_time    DATETIME(3)   NOT NULL,
  PRIMARY KEY (alert_id, event, subscriber),
  KEY alert_notice_due (due_time),
  KEY alert_notice_subscriber (subscriber)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
