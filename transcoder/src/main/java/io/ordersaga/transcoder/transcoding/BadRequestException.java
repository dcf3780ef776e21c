package io.ordersaga.transcoder.transcoding;

import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import java.util.List;

/// What a client sent is not a request: which fields are wrong, and why.
public final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean malformed;
    private final transient BadRequest details;

    BadRequestException(boolean malformed, List<FieldViolation> violations) {
        super(message(violations.getFirst()));
        this.malformed = malformed;
        this.details = BadRequest.newBuilder().addAllFieldViolations(violations).build();
    }

    /// For one thing outside the body, such as a header.
    public static BadRequestException of(String field, String description) {
        return new BadRequestException(
                false,
                List.of(FieldViolation.newBuilder()
                        .setField(field)
                        .setDescription(description)
                        .build()));
    }

    /// For input that could not be read at all, in contrast to a field with a wrong value.
    public static BadRequestException malformed(String description) {
        return new BadRequestException(
                true,
                List.of(FieldViolation.newBuilder().setDescription(description).build()));
    }

    public boolean isMalformed() {
        return malformed;
    }

    public BadRequest details() {
        return details;
    }

    private static String message(FieldViolation first) {
        return (first.getField().isEmpty() ? "the request" : first.getField()) + ": " + first.getDescription();
    }
}
