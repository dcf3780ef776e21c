package io.ordersaga.pay;

import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/// Every statement about payments, their refunds and what follows them. Rows are locked in the order notice, payment,
/// the rest.
public interface PayTable extends PaymentTable, RefundTable, OutboxTable {
    /// Runs `work` in one transaction; whatever it throws undoes all it did. Branches have a transaction
    /// already.
    @Transaction
    default <R> R atomically(Function<PayTable, R> work) {
        return work.apply(this);
    }

    /// Takes payments that are due; each of them is due again later, whatever becomes of whoever took
    /// them.
    @Transaction
    default List<String> claimPayments(int limit, PayConfig.Checks checks) {
        List<String> due = lockDuePayments(limit);
        if (!due.isEmpty()) {
            checkLater(due, checks.first().toSeconds(), checks.last().toSeconds(), checks.closedMax());
        }
        return due;
    }

    /// Takes refunds that are due; each of them is due again later.
    @Transaction
    default List<String> claimRefunds(int limit, PayConfig.Checks checks) {
        List<String> due = lockDueRefunds(limit);
        if (!due.isEmpty()) {
            checkRefundsLater(due, checks.first().toSeconds(), checks.last().toSeconds());
        }
        return due;
    }

    /// Takes sagas that are due; each of them is due again later, unless it is accepted.
    @Transaction
    default List<OutboxTable.Row> claimSagas(PayConfig.Outbox outbox) {
        List<OutboxTable.Row> due = lockDueSagas(outbox.batch());
        if (!due.isEmpty()) {
            handOverLater(
                    due.stream().map(OutboxTable.Row::gid).toList(),
                    outbox.first().toSeconds(),
                    outbox.last().toSeconds());
        }
        return due;
    }
}
