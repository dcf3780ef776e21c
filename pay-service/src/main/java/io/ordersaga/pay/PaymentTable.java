package io.ordersaga.pay;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// The statements about payments and attempts. A change of state is one conditional statement whose row
/// count says whether it happened.
@RegisterConstructorMapper(Payment.class)
@RegisterConstructorMapper(PaymentAttempt.class)
public interface PaymentTable {
    String COLUMNS = """
            payment_id, order_id, user_id, currency, amount_minor, captured_minor, refunded_minor, refunding_minor,
            state, provider, intent_id, redirect_url, client_secret, attempt_count, expire_time, paid_time,
            version, create_time, update_time
            """;

    @SqlQuery("SELECT " + COLUMNS + """
            FROM payment
            WHERE payment_id = :paymentId
            """)
    Optional<Payment> payment(String paymentId);

    @SqlQuery("SELECT " + COLUMNS + """
            FROM payment
            WHERE order_id = :orderId
            """)
    Optional<Payment> paymentOfOrder(String orderId);

    /// Empty also when the payment is another user's; an empty `userId` sees everyone's.
    @SqlQuery("SELECT " + COLUMNS + """
            FROM payment
            WHERE payment_id = :paymentId
              AND (:userId = '' OR user_id = :userId)
            """)
    Optional<Payment> paymentFor(String userId, String paymentId);

    /// Empty also when the payment is another user's; an empty `userId` sees everyone's.
    @SqlQuery("SELECT " + COLUMNS + """
            FROM payment
            WHERE order_id = :orderId
              AND (:userId = '' OR user_id = :userId)
            """)
    Optional<Payment> paymentOfOrderFor(String userId, String orderId);

    /// Makes everyone else who changes this payment or its refunds wait until the end of the
    /// transaction.
    @SqlQuery("SELECT " + COLUMNS + """
            FROM payment
            WHERE payment_id = :paymentId
            FOR UPDATE
            """)
    Optional<Payment> lock(String paymentId);

    /// A page, the newest first. `conditions` are [PaymentFilter]'s own words, never of the caller's.
    @SqlQuery("SELECT " + COLUMNS + """
            FROM payment
            WHERE <conditions>
            ORDER BY create_time DESC, payment_id DESC
            LIMIT :limit
            """)
    List<Payment> list(@Define("conditions") String conditions, @BindMethods PaymentFilter filter, int limit);

    /// An amount of 0 is paid at once.
    @SqlUpdate("""
            INSERT INTO payment (payment_id, order_id, user_id, currency, amount_minor, state, gid, provider,
                                 expire_time, paid_time, create_time, update_time)
            VALUES (:paymentId, :orderId, :userId, :currency, :amountMinor,
                    IF(:amountMinor = 0, 'PAID', 'PENDING'), :gid, :provider,
                    COALESCE(:expireTime, UTC_TIMESTAMP(3) + INTERVAL :expirySeconds SECOND),
                    IF(:amountMinor = 0, UTC_TIMESTAMP(3), NULL), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """)
    void open(String gid, String paymentId, String provider, long expirySeconds, @BindMethods NewPayment payment);

    /// The money is here, in full. False when the payment no longer waits for it.
    @SqlUpdate("""
            UPDATE payment
            SET state = 'PAID',
                captured_minor = amount_minor,
                paid_time = UTC_TIMESTAMP(3),
                intent_id = COALESCE(intent_id, :intentId),
                next_check_time = NULL,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND state IN ('PENDING', 'PROCESSING')
            """)
    boolean pay(String paymentId, String intentId);

    /// The money came after the payment was closed, and is to be given back. False when it is known
    /// already.
    @SqlUpdate("""
            UPDATE payment
            SET captured_minor = amount_minor,
                refunding_minor = amount_minor,
                intent_id = COALESCE(intent_id, :intentId),
                next_check_time = NULL,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND state = 'CLOSED'
              AND captured_minor = 0
            """)
    boolean captureLate(String paymentId, String intentId);

    /// The provider has not decided yet, or has said no to one attempt. False when that is no news.
    @SqlUpdate("""
            UPDATE payment
            SET state = :to,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND state = :from
            """)
    boolean change(String paymentId, PaymentState from, PaymentState to);

    /// Closes the payment: one that the provider never heard of, or any when the provider has closed it.
    /// It is looked at a few more times, because a provider might break its word. False when it could
    /// not be closed.
    @SqlUpdate("""
            UPDATE payment
            SET state = 'CLOSED',
                next_check_time = IF(attempt_count = 0, NULL, UTC_TIMESTAMP(3) + INTERVAL :checkSeconds SECOND),
                check_count = 0,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND state IN ('PENDING', 'PROCESSING')
              AND (attempt_count = 0 OR :closedByProvider)
            """)
    boolean close(String paymentId, boolean closedByProvider, long checkSeconds);

    /// Closes a payment of nothing, which was paid when it was opened.
    @SqlUpdate("""
            UPDATE payment
            SET state = 'CLOSED',
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND state = 'PAID'
              AND amount_minor = 0
            """)
    boolean closeNothing(String paymentId);

    /// Counts one more attempt. False when none may begin: the payment is not PENDING, has expired by
    /// this database's clock, or another attempt began meanwhile.
    @SqlUpdate("""
            UPDATE payment
            SET attempt_count = attempt_count + 1,
                next_check_time = UTC_TIMESTAMP(3) + INTERVAL :checkSeconds SECOND,
                check_count = 0,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND state = 'PENDING'
              AND attempt_count = :seen
              AND expire_time > UTC_TIMESTAMP(3)
            """)
    boolean countAttempt(String paymentId, int seen, long checkSeconds);

    @SqlUpdate("""
            INSERT INTO payment_attempt (payment_id, number, state, create_time, update_time)
            VALUES (:paymentId, :number, 'OPEN', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """)
    void insertAttempt(String paymentId, int number);

    @SqlUpdate("""
            UPDATE payment_attempt
            SET state = :state,
                failure = :failure,
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND state = 'OPEN'
            """)
    boolean endAttempt(String paymentId, PaymentAttempt.State state, String failure);

    /// The attempt that paid, also when a notice of its failure came before.
    @SqlUpdate("""
            UPDATE payment_attempt
            SET state = 'SUCCEEDED',
                failure = '',
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND number = :number
            """)
    void attemptSucceeded(String paymentId, int number);

    @SqlQuery("""
            SELECT number, state, failure, create_time, update_time
            FROM payment_attempt
            WHERE payment_id = :paymentId
            ORDER BY number
            LIMIT 20
            """)
    List<PaymentAttempt> attempts(String paymentId);

    /// Keeps what the payment is called at the provider. False when that is known.
    @SqlUpdate("""
            UPDATE payment
            SET intent_id = :intentId,
                redirect_url = :redirectUrl,
                client_secret = :clientSecret,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND intent_id IS NULL
            """)
    boolean name(String paymentId, String intentId, String redirectUrl, String clientSecret);

    /// Whether the payment's time is over, by this database's clock.
    @SqlQuery("""
            SELECT expire_time <= UTC_TIMESTAMP(3)
            FROM payment
            WHERE payment_id = :paymentId
            """)
    boolean expired(String paymentId);

    /// Payments that are due to be asked about at their provider; another replica skips them.
    @SqlQuery("""
            SELECT payment_id
            FROM payment
            WHERE next_check_time <= UTC_TIMESTAMP(3)
            ORDER BY next_check_time
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """)
    List<String> lockDuePayments(int limit);

    /// When to ask next: later each time. A closed payment is left alone after `closedChecksMax` times.
    @SqlUpdate("""
            UPDATE payment
            SET next_check_time = IF(state = 'CLOSED' AND check_count + 1 >= :closedChecksMax, NULL,
                    UTC_TIMESTAMP(3) + INTERVAL LEAST(:firstSeconds * POW(2, LEAST(check_count, 16)), :lastSeconds)
                    SECOND),
                check_count = check_count + 1
            WHERE payment_id IN (<paymentIds>)
            """)
    void checkLater(
            @BindList("paymentIds") List<String> paymentIds, long firstSeconds, long lastSeconds, int closedChecksMax);

    /// Asks the provider for so much back. False when that is more than there is.
    @SqlUpdate("""
            UPDATE payment
            SET refunding_minor = refunding_minor + :amountMinor,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND state IN ('PAID', 'PARTIALLY_REFUNDED')
              AND refunded_minor + refunding_minor + :amountMinor <= captured_minor
            """)
    boolean reserveRefund(String paymentId, long amountMinor);

    /// What was asked for was given back. A closed payment stays closed.
    @SqlUpdate("""
            UPDATE payment
            SET refunding_minor = refunding_minor - :amountMinor,
                state = CASE
                    WHEN state = 'CLOSED' THEN 'CLOSED'
                    WHEN refunded_minor + :amountMinor = captured_minor THEN 'REFUNDED'
                    ELSE 'PARTIALLY_REFUNDED' END,
                refunded_minor = refunded_minor + :amountMinor,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND refunding_minor >= :amountMinor
            """)
    boolean endRefund(String paymentId, long amountMinor);

    /// What was asked for was refused.
    @SqlUpdate("""
            UPDATE payment
            SET refunding_minor = refunding_minor - :amountMinor,
                version = version + 1,
                update_time = UTC_TIMESTAMP(3)
            WHERE payment_id = :paymentId
              AND refunding_minor >= :amountMinor
            """)
    boolean giveUpRefund(String paymentId, long amountMinor);
}
