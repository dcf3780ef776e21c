-- An order and its lines. The order's state is the arbiter of its placement; see OrderState.
CREATE TABLE orders (
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  coupon_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  total_minor BIGINT NOT NULL,
  discount_minor BIGINT NOT NULL,
  -- Why it was rejected, as whoever refused it said; the metadata is a JSON object of strings.
  reject_domain VARCHAR(64),
  reject_reason VARCHAR(64),
  reject_message VARCHAR(1000),
  reject_metadata TEXT,
  -- W3C traceparent of the request that placed it.
  trace_parent VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  create_time DATETIME(3) NOT NULL,
  update_time DATETIME(3) NOT NULL,
  -- When its saga was last submitted.
  submit_time DATETIME(3) NOT NULL,
  PRIMARY KEY (order_id),
  -- For the sweeper: what is still PLACING, the longest untouched first.
  KEY orders_by_state (state, submit_time),
  CONSTRAINT discount_within_total CHECK (discount_minor >= 0 AND discount_minor <= total_minor),
  CONSTRAINT rejected_with_reason CHECK ((state = 'REJECTED') = (reject_reason IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE order_lines (
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  line_no SMALLINT NOT NULL,
  product_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  quantity INT NOT NULL,
  unit_price_minor BIGINT NOT NULL,
  PRIMARY KEY (order_id, line_no),
  CONSTRAINT quantity_positive CHECK (quantity > 0),
  CONSTRAINT unit_price_not_negative CHECK (unit_price_minor >= 0)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
