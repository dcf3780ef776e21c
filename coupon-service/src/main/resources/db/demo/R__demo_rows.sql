-- Coupons to play with. Rows that exist stay as they are: running this again never returns a used coupon.
INSERT INTO coupon (coupon_id, user_id, currency, value_minor, min_spend_minor, state, valid_from, valid_until,
                    create_time, update_time)
VALUES ('1', '1', 'CNY', 1000, 0, 'UNUSED', '2020-01-01', '2040-01-01', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('2', '1', 'CNY', 2000, 0, 'UNUSED', '2020-01-01', '2040-01-01', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       -- With a minimum spend, not valid any more, not valid yet, worth more than most orders, in other money.
       ('3', '1', 'CNY', 500, 5000, 'UNUSED', '2020-01-01', '2040-01-01', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('4', '1', 'CNY', 1000, 0, 'UNUSED', '2020-01-01', '2021-01-01', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('5', '1', 'CNY', 1000, 0, 'UNUSED', '2039-01-01', '2040-01-01', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('6', '1', 'CNY', 100000, 0, 'UNUSED', '2020-01-01', '2040-01-01', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('7', '1', 'JPY', 1000, 0, 'UNUSED', '2020-01-01', '2040-01-01', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE coupon_id = coupon.coupon_id;

-- Users 2 to 20 have two each: 102 to 120 without, and 202 to 220 with a minimum spend.
INSERT INTO coupon (coupon_id, user_id, currency, value_minor, min_spend_minor, state, valid_from, valid_until,
                    create_time, update_time)
WITH RECURSIVE holder (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM holder WHERE n < 20)
SELECT 100 + n, n, 'CNY', 1000, 0, 'UNUSED', '2020-01-01', '2040-01-01', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
FROM holder
UNION ALL
SELECT 200 + n, n, 'CNY', 3000, 10000, 'UNUSED', '2020-01-01', '2040-01-01', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
FROM holder
ON DUPLICATE KEY UPDATE coupon_id = coupon.coupon_id;

-- To be claimed: ten off, a fifth off larger orders, for tea only, and one for the first hundred.
INSERT INTO coupon_template (coupon_template_id, name, kind, currency, value_minor, percent_off_bps, max_discount_minor,
                             min_spend_minor, scope, product_ids, valid_from, valid_until, valid_days, total_quota,
                             per_user_limit, state, create_time, update_time)
VALUES ('welcome', 'Ten off', 'AMOUNT_OFF', 'CNY', 1000, 0, NULL, 0, 'ALL', '', '2020-01-01', '2040-01-01', 30, 0, 1,
        'ACTIVE', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('fifth', 'A fifth off', 'PERCENT_OFF', 'CNY', 0, 2000, 5000, 10000, 'ALL', '', '2020-01-01', '2040-01-01', 30, 0,
        5, 'ACTIVE', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('tea', 'Tea, 15 % off', 'PERCENT_OFF', 'CNY', 0, 1500, NULL, 0, 'PRODUCTS', '4,5,6,11', '2020-01-01',
        '2040-01-01', 0, 0, 3, 'ACTIVE', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
       ('first-hundred', 'Twenty off for the first hundred', 'AMOUNT_OFF', 'CNY', 2000, 0, NULL, 0, 'ALL', '',
        '2020-01-01', '2040-01-01', 0, 100, 1, 'ACTIVE', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE coupon_template_id = coupon_template.coupon_template_id;
