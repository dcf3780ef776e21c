-- How order events leave the service: first to the lines of the endpoints that want them, from there by HTTP.

-- Orders with events that nobody was told of yet. Written in the transaction that writes the event, removed in the one
-- that hands it on. There is one row per order, so that its events leave in their order.
CREATE TABLE order_outbox (
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The first event that was not handed on.
  first_seq BIGINT NOT NULL,
  create_time DATETIME(3) NOT NULL,
  PRIMARY KEY (order_id),
  KEY order_outbox_by_age (create_time)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE webhook_endpoint (
  webhook_endpoint_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  url VARCHAR(512) NOT NULL,
  -- A comma list; empty is all.
  event_types VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  description VARCHAR(200) NOT NULL,
  secret VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Too many orders wait for it; new events are not queued until fewer do.
  suspended BOOLEAN NOT NULL DEFAULT FALSE,
  create_time DATETIME(3) NOT NULL,
  PRIMARY KEY (webhook_endpoint_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- What is still to be sent to one endpoint about one order: everything from next_seq on.
CREATE TABLE webhook_line (
  webhook_endpoint_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  next_seq BIGINT NOT NULL,
  -- Of the first event that is to be sent.
  attempts INT NOT NULL,
  -- When it is its turn; NULL while it is parked.
  due_time DATETIME(3),
  -- Rises whenever somebody takes the line, so that who had it before changes it no more.
  claim BIGINT NOT NULL,
  PRIMARY KEY (webhook_endpoint_id, order_id),
  KEY webhook_line_by_due_time (webhook_endpoint_id, due_time)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- What was sent, or was tried.
CREATE TABLE webhook_delivery (
  webhook_endpoint_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT NOT NULL,
  event_type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempts INT NOT NULL,
  -- HTTP status of the last answer; 0 when there was none.
  last_status INT NOT NULL,
  last_error VARCHAR(500) NOT NULL,
  create_time DATETIME(3) NOT NULL,
  update_time DATETIME(3) NOT NULL,
  PRIMARY KEY (webhook_endpoint_id, order_id, seq),
  KEY webhook_delivery_by_time (webhook_endpoint_id, create_time, order_id, seq),
  -- For forgetting old ones.
  KEY webhook_delivery_by_state (state, update_time)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
