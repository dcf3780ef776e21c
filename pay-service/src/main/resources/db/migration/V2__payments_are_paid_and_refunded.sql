-- What a payment goes through: attempts, the money, refunds, and the provider's notices about all of it.

-- MySQL renames no column that a CHECK names.
ALTER TABLE payment DROP CONSTRAINT payment_amount_not_negative;
ALTER TABLE payment DROP CONSTRAINT payment_state_known;
ALTER TABLE payment
    RENAME COLUMN amount TO amount_minor,
    RENAME COLUMN created_at TO create_time,
    RENAME COLUMN updated_at TO update_time;

-- captured_minor: what the provider collected. refunded_minor: what it gave back; refunding_minor: what it is asked to.
-- next_check_time: when the provider is to be asked how things stand; NULL is never.
ALTER TABLE payment
    ADD COLUMN captured_minor   BIGINT   DEFAULT 0 NOT NULL,
    ADD COLUMN refunded_minor   BIGINT   DEFAULT 0 NOT NULL,
    ADD COLUMN refunding_minor  BIGINT   DEFAULT 0 NOT NULL,
    ADD COLUMN provider         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin DEFAULT 'mock' NOT NULL,
    ADD COLUMN intent_id        VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN redirect_url     VARCHAR(1024) CHARACTER SET ascii COLLATE ascii_bin DEFAULT '' NOT NULL,
    ADD COLUMN client_secret    VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT '' NOT NULL,
    ADD COLUMN attempt_count    INT      DEFAULT 0 NOT NULL,
    ADD COLUMN expire_time      DATETIME(3) NULL,
    ADD COLUMN paid_time        DATETIME(3) NULL,
    ADD COLUMN next_check_time  DATETIME(3) NULL,
    ADD COLUMN check_count      INT      DEFAULT 0 NOT NULL,
    ADD COLUMN version          BIGINT   DEFAULT 1 NOT NULL,
    ADD UNIQUE KEY payment_intent (provider, intent_id),
    ADD KEY payment_of_user (user_id, create_time, payment_id),
    ADD KEY payment_by_time (create_time, payment_id),
    ADD KEY payment_by_check (next_check_time);

UPDATE payment SET expire_time = create_time + INTERVAL 30 MINUTE;

ALTER TABLE payment
    MODIFY COLUMN expire_time DATETIME(3) NOT NULL,
    ADD CONSTRAINT payment_amount_not_negative CHECK (amount_minor >= 0),
    ADD CONSTRAINT payment_money_balances CHECK (refunded_minor >= 0 AND refunding_minor >= 0
        AND refunded_minor + refunding_minor <= captured_minor AND captured_minor <= amount_minor),
    ADD CONSTRAINT payment_state_known CHECK
        (state IN ('PENDING', 'CLOSED', 'PROCESSING', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED'));

CREATE TABLE payment_attempt (
    payment_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number      INT                                               NOT NULL,
    state       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    failure     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT '' NOT NULL,
    create_time DATETIME(3)                                       NOT NULL,
    update_time DATETIME(3)                                       NOT NULL,
    PRIMARY KEY (payment_id, number),
    CONSTRAINT payment_attempt_state_known CHECK (state IN ('OPEN', 'SUCCEEDED', 'FAILED', 'CANCELED'))
);

-- PENDING -> SUCCEEDED | FAILED, once. The refund's id is also the provider's idempotency key.
CREATE TABLE refund (
    refund_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    payment_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    currency           CHAR(3) CHARACTER SET ascii COLLATE ascii_bin      NOT NULL,
    amount_minor       BIGINT                                             NOT NULL,
    state              VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    reason             VARCHAR(200)                                       NOT NULL,
    provider_refund_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
    failure            VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  DEFAULT '' NOT NULL,
    next_check_time    DATETIME(3)                                        NULL,
    check_count        INT                                                DEFAULT 0 NOT NULL,
    create_time        DATETIME(3)                                        NOT NULL,
    update_time        DATETIME(3)                                        NOT NULL,
    PRIMARY KEY (refund_id),
    KEY refund_of_payment (payment_id, create_time, refund_id),
    KEY refund_by_check (next_check_time),
    CONSTRAINT refund_amount_not_negative CHECK (amount_minor >= 0),
    CONSTRAINT refund_state_known CHECK (state IN ('PENDING', 'SUCCEEDED', 'FAILED'))
);

-- Every notice of a provider that came by webhook, once. One whose signature is wrong is filed under the hash of its
-- body, because nothing that it says of itself is to be believed.
CREATE TABLE provider_event (
    provider     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    event_id     VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    event_type   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    payment_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NULL,
    signature_ok BOOLEAN                                            NOT NULL,
    body         MEDIUMBLOB                                         NOT NULL,
    outcome      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    deliveries   INT                                                NOT NULL,
    receive_time DATETIME(3)                                        NOT NULL,
    update_time  DATETIME(3)                                        NOT NULL,
    PRIMARY KEY (provider, event_id),
    KEY provider_event_by_time (receive_time)
);

-- Sagas to be handed to the coordinator, written in the transaction that made them due.
CREATE TABLE saga_outbox (
    gid           VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payment_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    definition    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    attempts      INT                                                NOT NULL,
    due_time      DATETIME(3)                                        NULL,
    accept_time   DATETIME(3)                                        NULL,
    create_time   DATETIME(3)                                        NOT NULL,
    PRIMARY KEY (gid),
    KEY saga_outbox_by_due (due_time)
);
