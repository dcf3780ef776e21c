package io.ordersaga.order;

import java.util.List;
import java.util.Map;

/// A saga that an order went through, as its timeline tells.
///
/// @param definition what it does, such as `place/1`; without a number when the timeline does not say it
/// @param status in the coordinator's words; empty when it does not know the saga or was not asked
/// @param lastError why it was rolled back; empty when it was not
public record SagaRun(String gid, String definition, String status, List<Branch> branches, String lastError) {
    /// One call of a step, in the coordinator's words.
    public record Branch(String branchId, String op, String status) {}

    private static final String DEFINITION = "saga_definition";

    public SagaRun {
        branches = List.copyOf(branches);
    }

    static SagaRun of(Order order, OrderEvent event) {
        String gid = event.gid().orElseThrow();
        String definition = gid.equals(order.gid())
                ? order.sagaDefinition()
                : event.detail().getOrDefault(DEFINITION, gid.substring(0, Math.max(gid.indexOf('-'), 0)));
        return new SagaRun(gid, definition, "", List.of(), error(event));
    }

    /// The same saga after another of its events.
    SagaRun with(SagaRun later) {
        return new SagaRun(gid, definition, status, branches, later.lastError.isEmpty() ? lastError : later.lastError);
    }

    /// The same saga with what the coordinator knows of it; what the timeline says of its failure comes
    /// first.
    SagaRun with(Coordinator.Known known) {
        return new SagaRun(
                gid,
                definition,
                known.status(),
                known.branches(),
                lastError.isEmpty() ? known.rollbackReason() : lastError);
    }

    private static String error(OrderEvent event) {
        return switch (event.type()) {
            case REJECTED, CANCELLATION_UNDONE, REFUND_UNDONE -> {
                Map<String, String> detail = event.detail();
                yield detail.getOrDefault("reason", "") + ": " + detail.getOrDefault("message", "");
            }
            case CREATED,
                    PLACED,
                    PAID,
                    SHIPPED,
                    COMPLETED,
                    CANCELLATION_BEGUN,
                    CANCELLED,
                    REFUND_BEGUN,
                    PARTLY_REFUNDED,
                    REFUNDED,
                    UPDATED,
                    DELETED -> "";
        };
    }
}
