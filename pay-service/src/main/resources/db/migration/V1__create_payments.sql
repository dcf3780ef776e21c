-- The payments, one per order. PENDING -> CLOSED, once.
CREATE TABLE payment (
    payment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    order_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    user_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    currency   CHAR(3) CHARACTER SET ascii COLLATE ascii_bin      NOT NULL,
    amount     BIGINT                                             NOT NULL,
    state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    gid        VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME(3)                                        NOT NULL,
    updated_at DATETIME(3)                                        NOT NULL,
    PRIMARY KEY (payment_id),
    UNIQUE KEY payment_order (order_id),
    CONSTRAINT payment_amount_not_negative CHECK (amount >= 0),
    CONSTRAINT payment_state_known CHECK (state IN ('PENDING', 'CLOSED'))
);
