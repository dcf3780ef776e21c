-- A catalogue that staff keep, what was sold, and a ledger of every change.
-- available + reserved + sold of a product only changes when staff add or take pieces; the ledger says when and why.
ALTER TABLE product DROP CONSTRAINT product_unit_price_not_negative;
ALTER TABLE product RENAME COLUMN unit_price TO unit_price_minor;
ALTER TABLE product RENAME COLUMN created_at TO create_time;
ALTER TABLE product RENAME COLUMN updated_at TO update_time;
ALTER TABLE product
    ADD COLUMN sku VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER product_id,
    -- Counts the changes of this row.
    ADD COLUMN version BIGINT NOT NULL DEFAULT 1 AFTER active;
UPDATE product SET sku = product_id;
ALTER TABLE product
    MODIFY COLUMN sku VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ADD CONSTRAINT product_sku UNIQUE (sku),
    ADD CONSTRAINT product_unit_price_not_negative CHECK (unit_price_minor >= 0);

ALTER TABLE stock RENAME COLUMN updated_at TO update_time;
ALTER TABLE stock
    ADD COLUMN sold BIGINT NOT NULL DEFAULT 0 AFTER reserved,
    -- The number of the product's latest movement.
    ADD COLUMN movement_no BIGINT NOT NULL DEFAULT 0 AFTER sold,
    ADD CONSTRAINT stock_sold_not_negative CHECK (sold >= 0);

-- HELD -> RELEASED, or HELD -> COMMITTED -> RETURNED; a COMMITTED one can be RETURNED bit by bit.
-- reserved of a product is the sum of what is HELD of it; sold is the sum of what is COMMITTED and not returned.
ALTER TABLE reservation DROP CONSTRAINT reservation_state_known;
ALTER TABLE reservation RENAME COLUMN created_at TO create_time;
ALTER TABLE reservation RENAME COLUMN updated_at TO update_time;
ALTER TABLE reservation
    ADD COLUMN returned_quantity BIGINT NOT NULL DEFAULT 0 AFTER quantity,
    ADD CONSTRAINT reservation_state_known CHECK (state IN ('HELD', 'COMMITTED', 'RELEASED', 'RETURNED')),
    ADD CONSTRAINT reservation_returned_quantity_sold CHECK (
        (state IN ('HELD', 'RELEASED') AND returned_quantity = 0)
        OR (state = 'COMMITTED' AND returned_quantity >= 0 AND returned_quantity < quantity)
        OR (state = 'RETURNED' AND returned_quantity = quantity));

-- What a refund brought back of an order, once per refund. returned_quantity is what the order still had of what the
-- refund asked for.
CREATE TABLE restock (
    order_id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    refund_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    product_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin  NOT NULL,
    quantity          BIGINT                                             NOT NULL,
    returned_quantity BIGINT                                             NOT NULL,
    gid               VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    create_time       DATETIME(3)                                        NOT NULL,
    PRIMARY KEY (order_id, refund_id, product_id),
    CONSTRAINT restock_returned_quantity_asked CHECK (returned_quantity >= 0 AND returned_quantity <= quantity)
);

-- Every change of a row of stock, written in its transaction: the sums of the deltas are what the row says, and
-- available, reserved and sold are what it said after the change. movement_no has no gaps.
CREATE TABLE stock_movement (
    product_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    movement_no     BIGINT                                            NOT NULL,
    kind            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    delta_available BIGINT                                            NOT NULL,
    delta_reserved  BIGINT                                            NOT NULL,
    delta_sold      BIGINT                                            NOT NULL,
    available       BIGINT                                            NOT NULL,
    reserved        BIGINT                                            NOT NULL,
    sold            BIGINT                                            NOT NULL,
    -- Why staff did it, and who; empty for what orders do.
    reason          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    note            VARCHAR(200)                                      NOT NULL,
    user_id         VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Which order and refund did it; empty for what staff do.
    order_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    refund_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    create_time     DATETIME(3)                                       NOT NULL,
    PRIMARY KEY (product_id, movement_no),
    CONSTRAINT stock_movement_kind_known CHECK (
        kind IN ('OPENING', 'ADJUST', 'RESERVE', 'RELEASE', 'COMMIT', 'RESTOCK'))
);

UPDATE stock SET movement_no = 1;
INSERT INTO stock_movement (product_id, movement_no, kind, delta_available, delta_reserved, delta_sold, available,
                            reserved, sold, reason, note, user_id, order_id, refund_id, create_time)
SELECT product_id, movement_no, 'OPENING', available, reserved, sold, available, reserved, sold, '', '', '', '', '',
       UTC_TIMESTAMP(3)
FROM stock;

-- Requests of staff that are done once, and what they were answered. Older ones are purged.
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
