package io.ordersaga.coordinator.admin.operation;

import io.grpc.Status;
import io.ordersaga.coordinator.admin.query.Filter;
import io.ordersaga.coordinator.admin.query.FilterException;
import io.ordersaga.coordinator.engine.Denial;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Hold;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.OperationKind;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.StateTag;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import java.util.Locale;
import java.util.Map;

/// What operators hear that is not a plain yes.
record Refusals(ErrorDomain domain) {

    Gid gid(String value) {
        try {
            return new Gid(value);
        } catch (InvalidSagaException invalid) {
            throw domain.invalidField("gid", invalid.description());
        }
    }

    Filter filter(String text) {
        try {
            return Filter.parse(text);
        } catch (FilterException invalid) {
            throw invalid.refusal(domain, "filter");
        }
    }

    RefusalException noTransaction(Gid gid) {
        return domain.refusal(
                Status.Code.NOT_FOUND,
                "TRANSACTION_NOT_FOUND",
                "there is no transaction " + gid,
                Map.of("gid", gid.value()));
    }

    RefusalException unreadable(Gid gid) {
        return domain.refusal(
                Status.Code.FAILED_PRECONDITION,
                "TRANSACTION_UNREADABLE",
                "this coordinator cannot read the transaction " + gid + "; a newer one may",
                Map.of("gid", gid.value()));
    }

    RefusalException notAllowed(OperationKind operation, Saga saga, Denial why) {
        return domain.refusal(
                Status.Code.FAILED_PRECONDITION,
                "OPERATION_NOT_ALLOWED",
                word(operation) + " is not allowed: " + why.text(),
                Map.of(
                        "operation", operation.name(),
                        "denial", why.name(),
                        "mode", saga.definition().mode().wireName(),
                        "status", saga.status().name(),
                        "hold", Hold.of(saga).name()));
    }

    RefusalException changed(Saga saga) {
        return domain.refusal(
                Status.Code.ABORTED,
                "ETAG_MISMATCH",
                "the transaction is not as it was expected to be; look at it again",
                Map.of(
                        "etag", StateTag.of(saga),
                        "status", saga.status().name(),
                        "hold", Hold.of(saga).name()));
    }

    RefusalException precondition(String reason, String message) {
        return domain.refusal(Status.Code.FAILED_PRECONDITION, reason, message, Map.of());
    }

    RefusalException larger(int count, int expected) {
        return domain.refusal(
                Status.Code.FAILED_PRECONDITION,
                "BATCH_LARGER",
                "the filter selects " + count + " transactions by now, more than the " + expected + " expected",
                Map.of("count", String.valueOf(count), "expected", String.valueOf(expected)));
    }

    RefusalException notFound(String reason, String message) {
        return domain.refusal(Status.Code.NOT_FOUND, reason, message, Map.of());
    }

    RefusalException roleMissing(String message) {
        return domain.refusal(Status.Code.PERMISSION_DENIED, "ROLE_MISSING", message, Map.of());
    }

    RefusalException invalid(String field, String description) {
        return domain.invalidField(field, description);
    }

    static String word(OperationKind operation) {
        return operation.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
