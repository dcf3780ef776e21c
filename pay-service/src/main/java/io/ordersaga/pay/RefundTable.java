package io.ordersaga.pay;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// The statements about refunds.
@RegisterConstructorMapper(Refund.class)
public interface RefundTable {
    String REFUND_COLUMNS = """
            refund_id, payment_id, currency, amount_minor, state, reason, provider_refund_id, failure, create_time,
            update_time
            """;

    @SqlQuery("SELECT " + REFUND_COLUMNS + """
            FROM refund
            WHERE refund_id = :refundId
            """)
    Optional<Refund> refund(String refundId);

    @SqlQuery("SELECT " + REFUND_COLUMNS + """
            FROM refund
            WHERE payment_id = :paymentId
            ORDER BY create_time, refund_id
            LIMIT 200
            """)
    List<Refund> refunds(String paymentId);

    /// A refund that the provider is to be asked for; if whoever begins it dies, the job does it after
    /// `checkSeconds`.
    @SqlUpdate("""
            INSERT INTO refund (refund_id, payment_id, currency, amount_minor, state, reason, next_check_time,
                                create_time, update_time)
            VALUES (:refundId, :paymentId, :currency, :amountMinor, 'PENDING', :reason,
                    UTC_TIMESTAMP(3) + INTERVAL :checkSeconds SECOND, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
            """)
    void insertRefund(
            String refundId, String paymentId, String currency, long amountMinor, String reason, long checkSeconds);

    /// False when it has ended before.
    @SqlUpdate("""
            UPDATE refund
            SET state = :state,
                failure = :failure,
                provider_refund_id = COALESCE(provider_refund_id, :providerRefundId),
                next_check_time = NULL,
                update_time = UTC_TIMESTAMP(3)
            WHERE refund_id = :refundId
              AND state = 'PENDING'
            """)
    boolean settleRefund(String refundId, Refund.State state, String failure, Optional<String> providerRefundId);

    @SqlUpdate("""
            UPDATE refund
            SET provider_refund_id = :providerRefundId,
                update_time = UTC_TIMESTAMP(3)
            WHERE refund_id = :refundId
              AND provider_refund_id IS NULL
            """)
    boolean nameRefund(String refundId, String providerRefundId);

    @SqlQuery("""
            SELECT refund_id
            FROM refund
            WHERE next_check_time <= UTC_TIMESTAMP(3)
            ORDER BY next_check_time
            LIMIT :limit
            FOR UPDATE SKIP LOCKED
            """)
    List<String> lockDueRefunds(int limit);

    @SqlUpdate("""
            UPDATE refund
            SET next_check_time = UTC_TIMESTAMP(3)
                    + INTERVAL LEAST(:firstSeconds * POW(2, LEAST(check_count, 16)), :lastSeconds) SECOND,
                check_count = check_count + 1
            WHERE refund_id IN (<refundIds>)
            """)
    void checkRefundsLater(@BindList("refundIds") List<String> refundIds, long firstSeconds, long lastSeconds);
}
