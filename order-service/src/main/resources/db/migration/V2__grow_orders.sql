-- The whole life of an order; see OrderState.
ALTER TABLE orders
  -- One more with every change; the etag.
  ADD COLUMN version BIGINT NOT NULL DEFAULT 1 AFTER state,
  -- The state before the last change of state, to go back to when that is undone.
  ADD COLUMN state_before VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin AFTER version,
  -- The definition of the placement's saga, so that it is submitted again exactly as it began.
  ADD COLUMN saga_definition VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'place/1',
  -- A JSON object, see Address.
  ADD COLUMN address TEXT,
  ADD COLUMN note VARCHAR(500) NOT NULL DEFAULT '',
  ADD COLUMN carrier VARCHAR(64),
  ADD COLUMN tracking_number VARCHAR(128),
  ADD COLUMN payment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  ADD COLUMN refunded_minor BIGINT NOT NULL DEFAULT 0 AFTER discount_minor,
  ADD COLUMN cancel_reason VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  -- How often its cancellation was begun; a part of the names of their sagas.
  ADD COLUMN cancellations INT NOT NULL DEFAULT 0,
  -- When it is cancelled unless it is paid by then.
  ADD COLUMN expire_time DATETIME(3),
  ADD COLUMN paid_time DATETIME(3),
  ADD COLUMN shipped_time DATETIME(3),
  ADD COLUMN completed_time DATETIME(3),
  -- When it was taken off the lists.
  ADD COLUMN delete_time DATETIME(3),
  ADD CONSTRAINT refunded_within_payable
    CHECK (refunded_minor >= 0 AND refunded_minor <= total_minor - discount_minor),
  -- For a customer's list, the newest first.
  ADD KEY orders_of_user (user_id, delete_time, create_time, order_id),
  -- For the lists of staff, of all orders and of those in one state.
  ADD KEY orders_by_time (delete_time, create_time, order_id),
  ADD KEY orders_in_state (state, delete_time, create_time, order_id),
  -- For the timers: what is due in a state, the longest first.
  ADD KEY orders_by_expiry (state, expire_time);

ALTER TABLE order_lines
  -- The line's share of the order's discount.
  ADD COLUMN discount_minor BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN refunded_quantity INT NOT NULL DEFAULT 0,
  ADD CONSTRAINT line_discount_within_total
    CHECK (discount_minor >= 0 AND discount_minor <= unit_price_minor * quantity),
  ADD CONSTRAINT refunded_within_quantity CHECK (refunded_quantity >= 0 AND refunded_quantity <= quantity);

-- The shares of the orders so far, as Allocation gives them: rounded down, and what is left goes to the largest
-- remainders.
UPDATE order_lines l
  JOIN (
    SELECT share.order_id, share.line_no, share.whole,
           share.discount_minor - SUM(share.whole) OVER (PARTITION BY share.order_id) AS left_over,
           ROW_NUMBER() OVER (PARTITION BY share.order_id ORDER BY share.remainder DESC, share.line_no) AS place
      FROM (
        SELECT n.order_id, n.line_no, o.discount_minor,
               FLOOR(CAST(o.discount_minor AS DECIMAL(40, 0)) * n.unit_price_minor * n.quantity / o.total_minor)
                 AS whole,
               MOD(CAST(o.discount_minor AS DECIMAL(40, 0)) * n.unit_price_minor * n.quantity, o.total_minor)
                 AS remainder
          FROM order_lines n
          JOIN orders o ON o.order_id = n.order_id
         WHERE o.discount_minor > 0
      ) share
  ) given ON given.order_id = l.order_id AND given.line_no = l.line_no
   SET l.discount_minor = given.whole + CASE WHEN given.place <= given.left_over THEN 1 ELSE 0 END;

-- What happened to an order, written in the transaction of what happened.
CREATE TABLE order_event (
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The version that the order had from then on.
  seq BIGINT NOT NULL,
  type VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor VARCHAR(80) NOT NULL,
  -- Without a value in the first event.
  from_state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  to_state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  gid VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin,
  -- A JSON object of strings.
  detail TEXT NOT NULL,
  event_time DATETIME(3) NOT NULL,
  PRIMARY KEY (order_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- The answers to requests with a request_id, so that a repeated request gets the same one.
CREATE TABLE idempotency_record (
  user_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  method VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- SHA-256 of the request.
  request_hash BINARY(32) NOT NULL,
  -- The order or refund that the request makes.
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Until then the request counts as in flight; later, whoever repeats it takes it over.
  lease_time DATETIME(3) NOT NULL,
  -- The answer, without a value while there is none: a google.rpc.Status when http_code is 0, else the message.
  response MEDIUMBLOB,
  http_code INT NOT NULL DEFAULT 0,
  -- Purged after this.
  expire_time DATETIME(3) NOT NULL,
  PRIMARY KEY (user_id, method, request_id),
  KEY idempotency_records_by_expiry (expire_time)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE order_refund (
  refund_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount_minor BIGINT NOT NULL,
  restock BOOLEAN NOT NULL,
  reason VARCHAR(500) NOT NULL,
  -- Why it failed, as whoever refused it said; the metadata is a JSON object of strings.
  reject_domain VARCHAR(64),
  reject_reason VARCHAR(64),
  reject_message VARCHAR(1000),
  reject_metadata TEXT,
  create_time DATETIME(3) NOT NULL,
  update_time DATETIME(3) NOT NULL,
  -- When its saga was last submitted.
  submit_time DATETIME(3) NOT NULL,
  PRIMARY KEY (refund_id),
  KEY refunds_of_order (order_id, create_time),
  KEY refunds_by_state (state, submit_time),
  CONSTRAINT refund_positive CHECK (amount_minor > 0),
  CONSTRAINT failed_with_reason CHECK ((state = 'FAILED') = (reject_reason IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE order_refund_line (
  refund_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  product_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  quantity INT NOT NULL,
  PRIMARY KEY (refund_id, product_id),
  CONSTRAINT refund_quantity_positive CHECK (quantity > 0)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
