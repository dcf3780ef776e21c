-- One of our own programs is called service:<name>, which is longer than a customer's id may be.
ALTER TABLE idempotency_record
  MODIFY user_id VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;
