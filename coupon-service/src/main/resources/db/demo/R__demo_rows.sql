-- Coupons to play with. Rows that exist stay as they are: running this again never returns a used coupon.
INSERT INTO coupon (coupon_id, user_id, currency, value, min_spend, state, valid_from, valid_until, created_at,
                    updated_at)
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
INSERT INTO coupon (coupon_id, user_id, currency, value, min_spend, state, valid_from, valid_until, created_at,
                    updated_at)
WITH RECURSIVE holder (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM holder WHERE n < 20)
SELECT 100 + n, n, 'CNY', 1000, 0, 'UNUSED', '2020-01-01', '2040-01-01', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
FROM holder
UNION ALL
SELECT 200 + n, n, 'CNY', 3000, 10000, 'UNUSED', '2020-01-01', '2040-01-01', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
FROM holder
ON DUPLICATE KEY UPDATE coupon_id = coupon.coupon_id;
