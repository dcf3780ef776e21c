-- Templates that coupons are claimed from, coupons that are worth a percentage or are for some products only, and what
-- becomes of a coupon when its order is paid or refunded.
ALTER TABLE coupon DROP CONSTRAINT coupon_value_positive;
ALTER TABLE coupon DROP CONSTRAINT coupon_min_spend_not_negative;
ALTER TABLE coupon DROP CONSTRAINT coupon_locked_by_an_order;
ALTER TABLE coupon RENAME COLUMN value TO value_minor;
ALTER TABLE coupon RENAME COLUMN min_spend TO min_spend_minor;
ALTER TABLE coupon RENAME COLUMN created_at TO create_time;
ALTER TABLE coupon RENAME COLUMN updated_at TO update_time;
ALTER TABLE coupon
    -- Where it was claimed, and which of the user's claims of that template it is; null when it was handed out otherwise.
    ADD COLUMN coupon_template_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER coupon_id,
    ADD COLUMN claim_no INT NULL AFTER coupon_template_id,
    -- The rule, copied from the template and never changed. value_minor is 0 of a percentage, percent_off_bps (hundredths
    -- of a percent) of an amount.
    ADD COLUMN kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'AMOUNT_OFF' AFTER user_id,
    ADD COLUMN percent_off_bps INT NOT NULL DEFAULT 0 AFTER value_minor,
    ADD COLUMN max_discount_minor BIGINT NULL AFTER percent_off_bps,
    ADD COLUMN scope VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'ALL' AFTER min_spend_minor,
    -- Of scope PRODUCTS, with commas between them.
    ADD COLUMN product_ids VARCHAR(3300) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' AFTER scope,
    -- Why staff took it back.
    ADD COLUMN note VARCHAR(200) NOT NULL DEFAULT '' AFTER order_id,
    ADD COLUMN version BIGINT NOT NULL DEFAULT 1 AFTER note;
ALTER TABLE coupon
    DROP KEY coupon_user,
    ADD KEY coupon_user_create_time (user_id, create_time, coupon_id),
    ADD KEY coupon_state_valid_until (state, valid_until),
    ADD CONSTRAINT coupon_claim UNIQUE (coupon_template_id, user_id, claim_no),
    ADD CONSTRAINT coupon_worth_something CHECK (
        (kind = 'AMOUNT_OFF' AND value_minor > 0 AND percent_off_bps = 0)
        OR (kind = 'PERCENT_OFF' AND value_minor = 0 AND percent_off_bps BETWEEN 1 AND 10000)),
    ADD CONSTRAINT coupon_min_spend_not_negative CHECK (min_spend_minor >= 0),
    ADD CONSTRAINT coupon_locked_by_an_order CHECK (
        (state IN ('UNUSED', 'EXPIRED', 'VOID') AND order_id IS NULL)
        OR (state IN ('LOCKED', 'USED') AND order_id IS NOT NULL));

-- HELD -> RETURNED, or HELD -> CONSUMED -> RETURNED by a refund, each once. A coupon is LOCKED exactly while the row of
-- its order is HELD, and USED exactly while it is CONSUMED.
ALTER TABLE coupon_lock DROP CONSTRAINT coupon_lock_state_known;
ALTER TABLE coupon_lock RENAME COLUMN created_at TO create_time;
ALTER TABLE coupon_lock RENAME COLUMN updated_at TO update_time;
ALTER TABLE coupon_lock
    -- The refund that returned it.
    ADD COLUMN refund_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER state,
    ADD CONSTRAINT coupon_lock_state_known CHECK (state IN ('HELD', 'CONSUMED', 'RETURNED'));

-- issued_count is the number of coupons with the template's id, used_count the number of those that are USED.
CREATE TABLE coupon_template (
    coupon_template_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin   NOT NULL,
    name               VARCHAR(100)                                        NOT NULL,
    kind               VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin   NOT NULL,
    currency           CHAR(3) CHARACTER SET ascii COLLATE ascii_bin       NOT NULL,
    value_minor        BIGINT                                              NOT NULL,
    percent_off_bps    INT                                                 NOT NULL,
    max_discount_minor BIGINT                                              NULL,
    min_spend_minor    BIGINT                                              NOT NULL,
    scope              VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin   NOT NULL,
    product_ids        VARCHAR(3300) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    valid_from         DATETIME(3)                                         NOT NULL,
    valid_until        DATETIME(3)                                         NOT NULL,
    -- 0 is until valid_until.
    valid_days         INT                                                 NOT NULL,
    -- 0 is any number.
    total_quota        BIGINT                                              NOT NULL,
    per_user_limit     INT                                                 NOT NULL,
    issued_count       BIGINT                                              NOT NULL DEFAULT 0,
    used_count         BIGINT                                              NOT NULL DEFAULT 0,
    state              VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin   NOT NULL,
    version            BIGINT                                              NOT NULL DEFAULT 1,
    create_time        DATETIME(3)                                         NOT NULL,
    update_time        DATETIME(3)                                         NOT NULL,
    PRIMARY KEY (coupon_template_id),
    CONSTRAINT coupon_template_worth_something CHECK (
        (kind = 'AMOUNT_OFF' AND value_minor > 0 AND percent_off_bps = 0)
        OR (kind = 'PERCENT_OFF' AND value_minor = 0 AND percent_off_bps BETWEEN 1 AND 10000)),
    CONSTRAINT coupon_template_validity_in_order CHECK (valid_from < valid_until),
    CONSTRAINT coupon_template_quota_kept CHECK (total_quota = 0 OR issued_count <= total_quota),
    CONSTRAINT coupon_template_used_of_issued CHECK (used_count >= 0 AND used_count <= issued_count),
    CONSTRAINT coupon_template_state_known CHECK (state IN ('DRAFT', 'ACTIVE', 'PAUSED', 'ENDED'))
);

-- Requests that are done once, and what they were answered. Older ones are purged.
CREATE TABLE idempotent_request (
    user_id      VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    method       VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_id   VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_hash BINARY(32)                                         NOT NULL,
    answer       MEDIUMBLOB                                         NOT NULL,
    create_time  DATETIME(3)                                        NOT NULL,
    PRIMARY KEY (user_id, method, request_id),
    KEY idempotent_request_create_time (create_time)
);
