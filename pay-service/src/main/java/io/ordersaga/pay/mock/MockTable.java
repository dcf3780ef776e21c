package io.ordersaga.pay.mock;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/// Every statement of the mock provider, on tables of its own.
@RegisterConstructorMapper(MockTable.Intent.class)
@RegisterConstructorMapper(MockTable.GivenBack.class)
@RegisterConstructorMapper(MockTable.Notice.class)
interface MockTable {
    /// One payment as the provider sees it.
    ///
    /// @param status a name of [PaymentProvider.IntentStatus]
    /// @param script what the customer chose last; a name of [MockScript]
    /// @param refundScript `OK`, `DECLINE` or `DELAY`
    record Intent(
            String intentId,
            String paymentId,
            String currency,
            long amountMinor,
            long capturedMinor,
            long refundedMinor,
            String status,
            String script,
            String refundScript) {}

    /// Money that went back.
    ///
    /// @param status a name of [Refund.State]
    record GivenBack(String refundId, String intentId, long amountMinor, String status) {}

    /// A notice that was not taken yet.
    ///
    /// @param attempts how often it was delivered in vain
    record Notice(String noticeId, String eventId, String body, int attempts) {}

    @Transaction
    default <R> R atomically(Function<MockTable, R> work) {
        return work.apply(this);
    }

    /// The same payment again is the same intent.
    @SqlUpdate("""
            INSERT INTO mock_payment (intent_id, payment_id, currency, amount_minor, captured_minor, refunded_minor,
                                      status, script, refund_script, create_time, update_time)
            VALUES (:intentId, :paymentId, :currency, :amountMinor, 0, 0, 'OPEN', '', 'OK', UTC_TIMESTAMP(3),
                    UTC_TIMESTAMP(3))
            ON DUPLICATE KEY UPDATE update_time = UTC_TIMESTAMP(3)
            """)
    void open(String intentId, String paymentId, String currency, long amountMinor);

    @SqlQuery("""
            SELECT intent_id, payment_id, currency, amount_minor, captured_minor, refunded_minor, status, script,
                   refund_script
            FROM mock_payment
            WHERE intent_id = :intentId
            """)
    Optional<Intent> intent(String intentId);

    /// Like [#intent], and keeps it as it is until the transaction ends.
    @SqlQuery("""
            SELECT intent_id, payment_id, currency, amount_minor, captured_minor, refunded_minor, status, script,
                   refund_script
            FROM mock_payment
            WHERE intent_id = :intentId
            FOR UPDATE
            """)
    Optional<Intent> lockIntent(String intentId);

    @SqlUpdate("""
            UPDATE mock_payment
            SET script = :script,
                refund_script = :refundScript,
                update_time = UTC_TIMESTAMP(3)
            WHERE intent_id = :intentId
            """)
    void direct(String intentId, String script, String refundScript);

    /// Collects the money. `late` does so of a canceled intent too, as a provider must not.
    @SqlUpdate("""
            UPDATE mock_payment
            SET status = 'SUCCEEDED',
                captured_minor = amount_minor,
                capture_time = NULL,
                update_time = UTC_TIMESTAMP(3)
            WHERE intent_id = :intentId
              AND (status IN ('OPEN', 'FAILED', 'PROCESSING') OR :late AND status = 'CANCELED')
            """)
    boolean capture(String intentId, boolean late);

    @SqlUpdate("""
            UPDATE mock_payment
            SET status = :status,
                capture_time = UTC_TIMESTAMP(3) + INTERVAL :seconds SECOND,
                update_time = UTC_TIMESTAMP(3)
            WHERE intent_id = :intentId
              AND status IN ('OPEN', 'FAILED')
            """)
    boolean captureLater(String intentId, String status, long seconds);

    @SqlUpdate("""
            UPDATE mock_payment
            SET status = 'FAILED',
                update_time = UTC_TIMESTAMP(3)
            WHERE intent_id = :intentId
              AND status IN ('OPEN', 'FAILED')
            """)
    boolean decline(String intentId);

    @SqlUpdate("""
            UPDATE mock_payment
            SET status = 'CANCELED',
                update_time = UTC_TIMESTAMP(3)
            WHERE intent_id = :intentId
              AND status IN ('OPEN', 'FAILED')
            """)
    boolean cancel(String intentId);

    @SqlQuery("""
            SELECT intent_id
            FROM mock_payment
            WHERE capture_time <= UTC_TIMESTAMP(3)
            ORDER BY capture_time
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """)
    List<String> lockDueCaptures(int limit);

    @SqlUpdate("""
            UPDATE mock_payment
            SET capture_time = NULL
            WHERE intent_id = :intentId
            """)
    void forgetCapture(String intentId);

    @SqlQuery("""
            SELECT refund_id, intent_id, amount_minor, status
            FROM mock_refund
            WHERE refund_id = :refundId
            """)
    Optional<GivenBack> refund(String refundId);

    @SqlUpdate("""
            INSERT INTO mock_refund (refund_id, intent_id, amount_minor, status, settle_time, create_time)
            VALUES (:refundId, :intentId, :amountMinor, :status,
                    IF(:status = 'PENDING', UTC_TIMESTAMP(3) + INTERVAL 2 SECOND, NULL), UTC_TIMESTAMP(3))
            """)
    void insertRefund(String refundId, String intentId, long amountMinor, String status);

    @SqlUpdate("""
            UPDATE mock_payment
            SET refunded_minor = refunded_minor + :amountMinor,
                update_time = UTC_TIMESTAMP(3)
            WHERE intent_id = :intentId
              AND refunded_minor + :amountMinor <= captured_minor
            """)
    boolean giveBack(String intentId, long amountMinor);

    @SqlQuery("""
            SELECT refund_id, intent_id, amount_minor, status
            FROM mock_refund
            WHERE settle_time <= UTC_TIMESTAMP(3)
            ORDER BY settle_time
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """)
    List<GivenBack> lockDueRefunds(int limit);

    @SqlUpdate("""
            UPDATE mock_refund
            SET status = :status,
                settle_time = NULL
            WHERE refund_id = :refundId
            """)
    void settle(String refundId, String status);

    @SqlUpdate("""
            INSERT INTO mock_notice (notice_id, event_id, body, attempts, due_time, create_time)
            VALUES (:noticeId, :eventId, :body, 0, UTC_TIMESTAMP(3) + INTERVAL :millis * 1000 MICROSECOND,
                    UTC_TIMESTAMP(3))
            """)
    void insertNotice(String noticeId, String eventId, String body, long millis);

    @SqlQuery("""
            SELECT notice_id, event_id, body, attempts
            FROM mock_notice
            WHERE due_time <= UTC_TIMESTAMP(3)
            ORDER BY due_time
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """)
    List<Notice> lockDueNotices(int limit);

    /// Due again later: 1, 2, 4, ... 256 seconds; given up after `attemptsMax`.
    @SqlUpdate("""
            UPDATE mock_notice
            SET due_time = IF(attempts + 1 >= :attemptsMax, NULL,
                    UTC_TIMESTAMP(3) + INTERVAL POW(2, LEAST(attempts, 8)) SECOND),
                attempts = attempts + 1
            WHERE notice_id = :noticeId
            """)
    void postpone(String noticeId, int attemptsMax);

    @SqlUpdate("""
            UPDATE mock_notice
            SET due_time = NULL
            WHERE notice_id = :noticeId
            """)
    void delivered(String noticeId);

    /// Forgets payments that nothing has happened to for so long, at most `limit`, the oldest first; how many.
    @SqlUpdate("""
            DELETE FROM mock_payment
            WHERE update_time < UTC_TIMESTAMP(3) - INTERVAL :seconds SECOND
              AND capture_time IS NULL
            ORDER BY update_time
            LIMIT :limit
            """)
    int forgetPayments(long seconds, int limit);

    /// The same of refunds that have ended.
    @SqlUpdate("""
            DELETE FROM mock_refund
            WHERE create_time < UTC_TIMESTAMP(3) - INTERVAL :seconds SECOND
              AND settle_time IS NULL
            ORDER BY create_time
            LIMIT :limit
            """)
    int forgetRefunds(long seconds, int limit);

    /// The same of notices that were delivered or given up.
    @SqlUpdate("""
            DELETE FROM mock_notice
            WHERE create_time < UTC_TIMESTAMP(3) - INTERVAL :seconds SECOND
              AND due_time IS NULL
            ORDER BY create_time
            LIMIT :limit
            """)
    int forgetNotices(long seconds, int limit);

    @Transaction
    default List<Notice> claimNotices(int limit, int attemptsMax) {
        List<Notice> due = lockDueNotices(limit);
        due.forEach(notice -> postpone(notice.noticeId(), attemptsMax));
        return due;
    }
}
