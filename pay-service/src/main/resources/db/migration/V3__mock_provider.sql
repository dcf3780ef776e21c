-- The ledger of the mock provider, which plays the bank of a development set-up. It is no part of pay-service's books
-- and pay-service never reads it, so that the two can be compared.
CREATE TABLE mock_payment (
    intent_id      VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payment_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    currency       CHAR(3) CHARACTER SET ascii COLLATE ascii_bin      NOT NULL,
    amount_minor   BIGINT                                             NOT NULL,
    captured_minor BIGINT                                             NOT NULL,
    refunded_minor BIGINT                                             NOT NULL,
    status         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    script         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    refund_script  VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    capture_time   DATETIME(3)                                        NULL,
    create_time    DATETIME(3)                                        NOT NULL,
    update_time    DATETIME(3)                                        NOT NULL,
    PRIMARY KEY (intent_id),
    UNIQUE KEY mock_payment_of (payment_id),
    KEY mock_payment_by_capture (capture_time),
    CONSTRAINT mock_payment_balances CHECK (refunded_minor >= 0 AND refunded_minor <= captured_minor
        AND captured_minor <= amount_minor)
);

CREATE TABLE mock_refund (
    refund_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    intent_id    VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount_minor BIGINT                                             NOT NULL,
    status       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    settle_time  DATETIME(3)                                        NULL,
    create_time  DATETIME(3)                                        NOT NULL,
    PRIMARY KEY (refund_id),
    KEY mock_refund_by_settle (settle_time)
);

-- Notices to be delivered; due_time is NULL once they are, or given up.
CREATE TABLE mock_notice (
    notice_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    event_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    body        VARCHAR(2000) CHARACTER SET ascii                 NOT NULL,
    attempts    INT                                               NOT NULL,
    due_time    DATETIME(3)                                       NULL,
    create_time DATETIME(3)                                       NOT NULL,
    PRIMARY KEY (notice_id),
    KEY mock_notice_by_due (due_time)
);
