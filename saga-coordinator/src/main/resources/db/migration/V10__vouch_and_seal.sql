-- Whom an identity provider vouches for: how it calls them, and which one it is. Both empty for accounts with a password.
ALTER TABLE operator_account
  ADD COLUMN display_name VARCHAR(200) NOT NULL DEFAULT '',
  ADD COLUMN issuer VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

-- Sessions that ended by themselves are deleted in the order of their last use.
ALTER TABLE operator_session
  ADD KEY operator_session_use (use_time);

-- Sealed, a secret is longer.
ALTER TABLE alert_subscriber
  MODIFY COLUMN secret VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;
