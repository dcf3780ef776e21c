-- How somebody likes to look at lists of transactions. Goes with the account.
CREATE TABLE saved_view (
  account     VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name        VARCHAR(60)   NOT NULL,
  filter      VARCHAR(1000) NOT NULL,
  update_time DATETIME(3)   NOT NULL,
  PRIMARY KEY (account, name),
  CONSTRAINT saved_view_account FOREIGN KEY (account) REFERENCES operator_account (name) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The columns that an account does not want to see; no row for who never chose.
CREATE TABLE hidden_columns (
  account VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- With a blank between two.
  names   VARCHAR(420) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (account),
  CONSTRAINT hidden_columns_account FOREIGN KEY (account) REFERENCES operator_account (name) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
