-- Sealed, a secret is longer.
ALTER TABLE webhook_endpoint
  MODIFY COLUMN secret VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;
