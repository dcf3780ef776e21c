-- Topics and their subscribers, in DTM's form: a value under a category and a key.
CREATE TABLE kept_value (
  -- Lists go by it, the newest first.
  id          BIGINT         NOT NULL AUTO_INCREMENT,
  -- Bytes, so that two keys are equal only when they are the same.
  category    VARBINARY(45)  NOT NULL,
  name        VARBINARY(128) NOT NULL,
  value       MEDIUMTEXT     NOT NULL,
  -- 1 at first, one more with each change; a change asserts the one it has seen.
  version     BIGINT         NOT NULL,
  create_time DATETIME(3)    NOT NULL,
  update_time DATETIME(3)    NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY kept_value_name (category, name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
