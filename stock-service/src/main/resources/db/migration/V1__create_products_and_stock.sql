-- Products, what is left of them, and which order holds how much.
-- available + reserved of a product only changes when pieces come in or go out, never by an order being placed or
-- undone; the checks are the second line behind the guarded statements.
CREATE TABLE product (
    product_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    title      VARCHAR(200)                                      NOT NULL,
    currency   CHAR(3) CHARACTER SET ascii COLLATE ascii_bin     NOT NULL,
    unit_price BIGINT                                            NOT NULL,
    active     BOOLEAN                                           NOT NULL,
    created_at DATETIME(3)                                       NOT NULL,
    updated_at DATETIME(3)                                       NOT NULL,
    PRIMARY KEY (product_id),
    CONSTRAINT product_unit_price_not_negative CHECK (unit_price >= 0)
);

CREATE TABLE stock (
    product_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    available  BIGINT                                            NOT NULL,
    reserved   BIGINT                                            NOT NULL,
    updated_at DATETIME(3)                                       NOT NULL,
    PRIMARY KEY (product_id),
    CONSTRAINT stock_available_not_negative CHECK (available >= 0),
    CONSTRAINT stock_reserved_not_negative CHECK (reserved >= 0)
);

-- HELD -> RELEASED, once. reserved of a product is the sum of what is HELD of it.
CREATE TABLE reservation (
    order_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    product_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quantity   BIGINT                                            NOT NULL,
    state      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    gid        VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME(3)                                       NOT NULL,
    updated_at DATETIME(3)                                       NOT NULL,
    PRIMARY KEY (order_id, product_id),
    CONSTRAINT reservation_quantity_positive CHECK (quantity > 0),
    CONSTRAINT reservation_state_known CHECK (state IN ('HELD', 'RELEASED'))
);
