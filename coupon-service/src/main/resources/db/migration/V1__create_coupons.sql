-- The coupons that users hold, and which order locked which.
CREATE TABLE coupon (
    coupon_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    currency    CHAR(3) CHARACTER SET ascii COLLATE ascii_bin     NOT NULL,
    value       BIGINT                                            NOT NULL,
    min_spend   BIGINT                                            NOT NULL,
    state       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    valid_from  DATETIME(3)                                       NOT NULL,
    valid_until DATETIME(3)                                       NOT NULL,
    created_at  DATETIME(3)                                       NOT NULL,
    updated_at  DATETIME(3)                                       NOT NULL,
    PRIMARY KEY (coupon_id),
    KEY coupon_user (user_id),
    CONSTRAINT coupon_value_positive CHECK (value > 0),
    CONSTRAINT coupon_min_spend_not_negative CHECK (min_spend >= 0),
    CONSTRAINT coupon_validity_in_order CHECK (valid_from < valid_until),
    CONSTRAINT coupon_locked_by_an_order CHECK (
        (state = 'UNUSED' AND order_id IS NULL) OR (state = 'LOCKED' AND order_id IS NOT NULL))
);

-- HELD -> RETURNED, once. A coupon is LOCKED exactly while the row of its order is HELD.
CREATE TABLE coupon_lock (
    order_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    coupon_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    gid        VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME(3)                                        NOT NULL,
    updated_at DATETIME(3)                                        NOT NULL,
    PRIMARY KEY (order_id, coupon_id),
    CONSTRAINT coupon_lock_state_known CHECK (state IN ('HELD', 'RETURNED'))
);
