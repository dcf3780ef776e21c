package io.ordersaga.coordinator.admin.page;

import com.google.protobuf.Duration;
import io.ordersaga.saga.v1.Count;
import io.ordersaga.saga.v1.CountTransactionsRequest;
import io.ordersaga.saga.v1.GetRetentionRequest;
import io.ordersaga.saga.v1.RetentionPolicy;
import io.ordersaga.saga.v1.TransactionStatus;
import io.ordersaga.saga.v1.UpdateRetentionRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// How long finished transactions are kept. A shorter time deletes some within a minute, so a second question says
/// how many, and wants a reason.
final class RetentionChange {

    private static final long SECONDS_PER_HOUR = 3600;

    /// Ten years: the API takes no more.
    private static final int HOURS_MAX = 87_660;

    private RetentionChange() {}

    /// Asks for hours, and begins with those of now.
    static DialogView.Field hours(Visit visit, String name) {
        return SettingChanges.number(visit, "hours", "field.hours", String.valueOf(hours(stored(visit, name))));
    }

    private static RetentionPolicy stored(Visit visit, String name) {
        return visit
                .backend()
                .retention()
                .getRetention(GetRetentionRequest.getDefaultInstance())
                .getPoliciesList()
                .stream()
                .filter(policy -> policy.getStatus() == status(name))
                .findFirst()
                .orElseGet(RetentionPolicy::getDefaultInstance);
    }

    /// Begun ones count whole; 0 is for ever.
    private static long hours(RetentionPolicy policy) {
        return Math.ceilDiv(policy.getKeep().getSeconds(), SECONDS_PER_HOUR);
    }

    private static TransactionStatus.Value status(String name) {
        return name.equals("FAILED") ? TransactionStatus.Value.FAILED : TransactionStatus.Value.SUCCEEDED;
    }

    /// What has to be answered before: empty when nothing is deleted, when it was answered, and when the API refuses
    /// it anyway.
    static Optional<DialogView> before(Visit visit, String name) {
        String asked = visit.parameter("hours");
        int hours = OperationPages.number(asked);
        if (hours <= 0 || hours > HOURS_MAX || asked.equals(visit.parameter("confirmed"))) {
            return Optional.empty();
        }
        TransactionStatus.Value status = status(name);
        Count count = visit.backend()
                .transactions()
                .countTransactions(CountTransactionsRequest.newBuilder()
                        .setFilter("status=" + status.name().toLowerCase(Locale.ROOT) + " finished<-" + hours + "h")
                        .build())
                .getTotal();
        DialogView question = DialogView.question(
                        visit.text("change.retention"),
                        visit.text(
                                "change.retention.count",
                                visit.formats().count(count),
                                visit.text("state." + StateView.of(status).name()),
                                visit.formats().span(java.time.Duration.ofHours(hours))),
                        "/settings/change",
                        Map.of("what", "retention", "name", status.name(), "hours", asked, "confirmed", asked))
                .asking(OperationPages.reason(visit, true))
                .dangerous();
        return Optional.of(question);
    }

    static void change(Visit visit, String name) {
        int hours = OperationPages.number(visit.parameter("hours"));
        RetentionPolicy stored = stored(visit, name);
        RetentionPolicy.Builder policy = RetentionPolicy.newBuilder().setStatus(status(name));
        if (stored.hasKeep() && hours == hours(stored)) {
            // It may end within an hour, and was not changed.
            policy.setKeep(stored.getKeep());
        } else if (hours != 0) {
            policy.setKeep(Duration.newBuilder().setSeconds(hours * SECONDS_PER_HOUR));
        }
        var _ = visit.backend()
                .retention()
                .updateRetention(UpdateRetentionRequest.newBuilder()
                        .setPolicy(policy)
                        .setReason(visit.parameter("reason"))
                        .build());
    }
}
