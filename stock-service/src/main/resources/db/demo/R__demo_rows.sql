-- Something to buy. Rows that exist stay as they are: running this again never gives pieces back or undoes a price.
INSERT INTO product (product_id, sku, title, currency, unit_price_minor, active, create_time, update_time)
VALUES ('1', 'CUP-PORCELAIN', 'Porcelain tea cup', 'CNY', 1100, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('2', 'TRAY-BAMBOO', 'Bamboo tea tray', 'CNY', 1100, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('3', 'POT-YIXING-10', 'Yixing teapot, numbered edition of ten', 'CNY', 1100, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('4', 'TEA-LONGJING-250', 'Longjing green tea, 250 g', 'CNY', 12800, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('5', 'TEA-PUER-357', 'Pu''er cake, aged ten years, 357 g', 'CNY', 39900, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('6', 'TEA-JASMINE-100', 'Jasmine pearls, 100 g', 'CNY', 4550, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('7', 'STRAINER', 'Tea strainer', 'CNY', 990, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('8', 'SET-TRAVEL-2', 'Travel set for two', 'CNY', 25900, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('9', 'GIFT-WRAPPING', 'Gift wrapping', 'CNY', 0, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('10', 'KETTLE-IRON', 'Cast iron kettle (no longer sold)', 'CNY', 45000, FALSE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('11', 'TEA-WHITE-FLUSH', 'First flush white tea (sold out)', 'CNY', 68000, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('12', 'SAMPLE', 'Tasting sample', 'CNY', 1, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE product_id = product.product_id;

INSERT INTO stock (product_id, available, reserved, update_time)
VALUES ('1', 100, 0, UTC_TIMESTAMP(3)),
       ('2', 200, 0, UTC_TIMESTAMP(3)),
       ('3', 10, 0, UTC_TIMESTAMP(3)),
       ('4', 500, 0, UTC_TIMESTAMP(3)),
       ('5', 25, 0, UTC_TIMESTAMP(3)),
       ('6', 1000, 0, UTC_TIMESTAMP(3)),
       ('7', 5000, 0, UTC_TIMESTAMP(3)),
       ('8', 40, 0, UTC_TIMESTAMP(3)),
       ('9', 100000, 0, UTC_TIMESTAMP(3)),
       ('10', 7, 0, UTC_TIMESTAMP(3)),
       ('11', 0, 0, UTC_TIMESTAMP(3)),
       ('12', 1000000, 0, UTC_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE product_id = stock.product_id;

-- The ledger of a new product begins with what is there.
INSERT INTO stock_movement (product_id, movement_no, kind, delta_available, delta_reserved, delta_sold, available,
                            reserved, sold, reason, note, user_id, order_id, refund_id, create_time)
SELECT product_id, 1, 'OPENING', available, reserved, sold, available, reserved, sold, '', '', '', '', '',
       UTC_TIMESTAMP(3)
FROM stock
WHERE movement_no = 0
ON DUPLICATE KEY UPDATE product_id = stock_movement.product_id;
UPDATE stock SET movement_no = 1 WHERE movement_no = 0;
