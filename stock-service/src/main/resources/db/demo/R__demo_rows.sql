-- Something to buy. Rows that exist stay as they are: running this again never gives pieces back or undoes a price.
INSERT INTO product (product_id, title, currency, unit_price, active, created_at, updated_at)
VALUES ('1', 'Porcelain tea cup', 'CNY', 1100, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('2', 'Bamboo tea tray', 'CNY', 1100, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('3', 'Yixing teapot, numbered edition of ten', 'CNY', 1100, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('4', 'Longjing green tea, 250 g', 'CNY', 12800, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('5', 'Pu''er cake, aged ten years, 357 g', 'CNY', 39900, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('6', 'Jasmine pearls, 100 g', 'CNY', 4550, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('7', 'Tea strainer', 'CNY', 990, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('8', 'Travel set for two', 'CNY', 25900, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('9', 'Gift wrapping', 'CNY', 0, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('10', 'Cast iron kettle (no longer sold)', 'CNY', 45000, FALSE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('11', 'First flush white tea (sold out)', 'CNY', 68000, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('12', 'Tasting sample', 'CNY', 1, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE product_id = product.product_id;

INSERT INTO stock (product_id, available, reserved, updated_at)
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
