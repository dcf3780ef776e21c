-- To forget what was kept long enough, the oldest first.
ALTER TABLE saga_outbox
    ADD KEY saga_outbox_by_accept (accept_time);

ALTER TABLE mock_payment
    ADD KEY mock_payment_by_update (update_time);

ALTER TABLE mock_refund
    ADD KEY mock_refund_by_create (create_time);

ALTER TABLE mock_notice
    ADD KEY mock_notice_by_create (create_time);
