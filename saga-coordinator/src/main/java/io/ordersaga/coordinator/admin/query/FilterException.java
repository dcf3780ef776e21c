package io.ordersaga.coordinator.admin.query;

import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import java.util.Map;

/// A filter that is not understood.
public final class FilterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int position;

    /// @param position of the character that is not understood, from 1; one more than there are at the end
    /// @param message what was expected, for people
    FilterException(int position, String message) {
        super(message, null, false, false);
        this.position = position;
    }

    public int position() {
        return position;
    }

    /// As everybody hears it: INVALID_ARGUMENT `FILTER_INVALID` with the place that is not understood.
    ///
    /// @param field of the request that the filter is
    public RefusalException refusal(ErrorDomain domain, String field) {
        BadRequest.FieldViolation violation = BadRequest.FieldViolation.newBuilder()
                .setField(field)
                .setDescription(description())
                .build();
        return domain.refusal(
                        Status.Code.INVALID_ARGUMENT,
                        "FILTER_INVALID",
                        field + ": " + description(),
                        Map.of("position", String.valueOf(position)))
                .with(BadRequest.newBuilder().addFieldViolations(violation).build());
    }

    /// With the position.
    public String description() {
        return "at character " + position + ": " + getMessage();
    }
}
