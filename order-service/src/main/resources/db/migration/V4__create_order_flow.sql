-- What the sagas after the placement need to be submitted again exactly as they began, and what the timers look for.

-- The cancellations of the orders. An order has at most one that is PENDING; one that a payment overtook has FAILED, and
-- another may follow.
CREATE TABLE order_cancellation (
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Counts the order's cancellations from 1; a part of the name of the saga.
  cancellation_no INT NOT NULL,
  state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- For people; from whoever wanted it.
  comment VARCHAR(500) NOT NULL,
  actor VARCHAR(80) NOT NULL,
  saga_definition VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  trace_parent VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  -- Why it failed, as whoever refused it said; the metadata is a JSON object of strings.
  reject_domain VARCHAR(64),
  reject_reason VARCHAR(64),
  reject_message VARCHAR(1000),
  reject_metadata TEXT,
  create_time DATETIME(3) NOT NULL,
  update_time DATETIME(3) NOT NULL,
  -- When its saga was last submitted.
  submit_time DATETIME(3) NOT NULL,
  PRIMARY KEY (order_id, cancellation_no),
  KEY order_cancellation_by_state (state, submit_time),
  CONSTRAINT cancellation_failed_with_reason CHECK ((state = 'FAILED') = (reject_reason IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

ALTER TABLE order_refund
  -- The order's state when it was asked for: what was not shipped then must not be shipped any more.
  ADD COLUMN order_state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'PAID',
  -- Whether nothing is left to pay back after it.
  ADD COLUMN whole BOOLEAN NOT NULL DEFAULT FALSE,
  -- Whether its pieces go back into stock.
  ADD COLUMN returns_stock BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN saga_definition VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'refund/1',
  ADD COLUMN trace_parent VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin;

ALTER TABLE orders
  -- For the timer that completes what was shipped long ago.
  ADD KEY orders_by_shipping (state, shipped_time);
