-- People who may use the operators' API. Who has no password here is vouched for by somebody else.
CREATE TABLE operator_account (
  name            VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  role            VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- As bcrypt writes it.
  password        VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
  change_required TINYINT      NOT NULL,
  disabled        TINYINT      NOT NULL,
  create_time     DATETIME(3)  NOT NULL,
  sign_in_time    DATETIME(3)  NULL,
  PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Their sessions. Both times are the database's: it alone says when a session ends.
CREATE TABLE operator_session (
  -- SHA-256 of what the bearer has, as hexadecimal digits: who reads this table can sign in as nobody.
  token_hash  CHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  create_time DATETIME(3) NOT NULL,
  -- Written once a minute at most.
  use_time    DATETIME(3) NOT NULL,
  PRIMARY KEY (token_hash),
  KEY operator_session_account (account, use_time)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Tokens of programs.
CREATE TABLE machine_token (
  name        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  token_hash  CHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  role        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  creator     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  create_time DATETIME(3) NOT NULL,
  expire_time DATETIME(3) NOT NULL,
  use_time    DATETIME(3) NULL,
  PRIMARY KEY (name),
  UNIQUE KEY machine_token_hash (token_hash)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Sign-ins that were begun and did not succeed yet: each is counted before the password is looked at, so that many at
-- once are many.
CREATE TABLE sign_in_attempt (
  -- SHA-256 of the account's name as it was typed, whether there is such an account or not.
  subject      CHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempts     INT         NOT NULL,
  blocked_till DATETIME(3) NOT NULL,
  PRIMARY KEY (subject),
  KEY sign_in_attempt_age (blocked_till)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What operators did and were refused. Rows are only ever added, and each has the hash of the one before it.
CREATE TABLE audit_entry (
  seq            BIGINT        NOT NULL,
  time           DATETIME(3)   NOT NULL,
  kind           VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  operator       VARCHAR(64)   NOT NULL,
  method         VARCHAR(256)  NOT NULL,
  resource       VARCHAR(512)  NOT NULL,
  outcome        VARCHAR(128)  NOT NULL,
  reason         VARCHAR(1000) NOT NULL,
  request_digest CHAR(64)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  origin         VARCHAR(64)   NOT NULL,
  begun_seq      BIGINT        NOT NULL,
  previous_hash  CHAR(64)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash           CHAR(64)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (seq),
  KEY audit_entry_operator (operator, seq),
  -- Long gids differ at their beginnings too.
  KEY audit_entry_resource (resource(128), seq),
  KEY audit_entry_time (time)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The newest entry, in a row of its own: whoever adds one holds it, so that two coordinators never add the same.
CREATE TABLE audit_head (
  id   TINYINT  NOT NULL,
  seq  BIGINT   NOT NULL,
  hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, REPEAT('0', 64));
