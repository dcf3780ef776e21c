-- The answers to requests with a request_id, so that a repeated request gets the same one: the same table in every
-- service.
CREATE TABLE idempotency_record (
    user_id      VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    method       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    request_id   VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- SHA-256 of the request.
    request_hash BINARY(32)                                         NOT NULL,
    -- What the request is about, or the attempt at it.
    subject_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    -- Until then the request counts as in flight; later, whoever repeats it takes it over.
    lease_time   DATETIME(3)                                        NOT NULL,
    -- The answer, without a value while there is none: a google.rpc.Status when http_code is 0, else the message.
    response     MEDIUMBLOB,
    http_code    INT                                                NOT NULL DEFAULT 0,
    -- Purged after this.
    expire_time  DATETIME(3)                                        NOT NULL,
    PRIMARY KEY (user_id, method, request_id),
    KEY idempotency_records_by_expiry (expire_time)
);

-- From ordersaga.coupon.v1.SomeRequest to Some; none of these is without an answer, or wider than the new column.
INSERT INTO idempotency_record (
    user_id, method, request_id, request_hash, subject_id, lease_time, response, http_code, expire_time)
SELECT user_id, REPLACE(SUBSTRING_INDEX(method, '.', -1), 'Request', ''), request_id, request_hash, '', create_time,
       answer, 200, create_time + INTERVAL 24 HOUR
FROM idempotent_request;

DROP TABLE idempotent_request;
