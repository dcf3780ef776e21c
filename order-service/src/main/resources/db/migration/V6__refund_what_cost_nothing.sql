-- An order that a coupon covered is refunded for its pieces and its coupon: there is no money to give back.
ALTER TABLE order_refund
  DROP CONSTRAINT refund_positive,
  ADD CONSTRAINT refund_not_negative CHECK (amount_minor >= 0);
