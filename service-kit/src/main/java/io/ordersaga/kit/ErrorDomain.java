package io.ordersaga.kit;

import com.google.rpc.BadRequest;
import io.grpc.Status;
import java.util.List;
import java.util.Map;

/// Whose errors these are: the `domain` of every `ErrorInfo` that a program answers with, such as `stock.ordersaga`.
/// Each program that serves gRPC has one as a bean.
public record ErrorDomain(String name) {
    static final String INVALID_REQUEST = "INVALID_REQUEST";
    static final String MALFORMED_REQUEST = "MALFORMED_REQUEST";

    /// A refusal of this program, to be thrown.
    public RefusalException refusal(Status.Code code, String reason, String message, Map<String, String> metadata) {
        return new RefusalException(code, name, reason, message, metadata);
    }

    /// Refuses a request because of one field, in the same form as a broken field rule of the contract.
    public RefusalException invalidField(String field, String description) {
        return invalidFields(List.of(BadRequest.FieldViolation.newBuilder()
                .setField(field)
                .setDescription(description)
                .build()));
    }

    RefusalException invalidFields(List<BadRequest.FieldViolation> violations) {
        BadRequest.FieldViolation first = violations.getFirst();
        String subject = first.getField().isEmpty() ? "the request" : first.getField();
        return refusal(Status.Code.INVALID_ARGUMENT, INVALID_REQUEST, subject + ": " + first.getDescription(), Map.of())
                .with(BadRequest.newBuilder().addAllFieldViolations(violations).build());
    }
}
