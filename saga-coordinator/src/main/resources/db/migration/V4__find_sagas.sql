-- What people look for a saga by, written with it. Nothing for a saga that was submitted without.
CREATE TABLE saga_label (
  -- Empty for the business key, else the name of a tag.
  name    VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  value   VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  saga_id BIGINT       NOT NULL,
  -- A saga has one value of each name. The sagas of a value stand in the order of their ids, as lists have it.
  PRIMARY KEY (saga_id, name),
  KEY saga_label_value (name, value, saga_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The last call of a saga that brought no success, one row per saga that had one; written with the journal.
CREATE TABLE saga_trouble (
  saga_id     BIGINT        NOT NULL,
  step        INT           NOT NULL,
  op          VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target      VARCHAR(512)  NOT NULL,
  outcome     VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  error       VARCHAR(1024) NOT NULL,
  -- What errors of the same kind have in common.
  fingerprint CHAR(16)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  called      DATETIME(6)   NOT NULL,
  -- About: a batch that was committed without an answer counts twice.
  failures    BIGINT        NOT NULL,
  PRIMARY KEY (saga_id),
  KEY saga_trouble_fingerprint (fingerprint, saga_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What people wrote down about a saga.
CREATE TABLE saga_note (
  id      BIGINT        NOT NULL AUTO_INCREMENT,
  saga_id BIGINT        NOT NULL,
  created DATETIME(6)   NOT NULL,
  author  VARCHAR(128)  NOT NULL,
  text    VARCHAR(2048) NOT NULL,
  PRIMARY KEY (id),
  KEY saga_note_saga (saga_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
