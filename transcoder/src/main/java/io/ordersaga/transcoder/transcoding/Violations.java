package io.ordersaga.transcoder.transcoding;

import com.google.rpc.BadRequest.FieldViolation;
import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong with a request, so that a client sees all of it at once, within reason.
final class Violations {
    private static final int COUNT_MAX = 20;

    private final List<FieldViolation> list = new ArrayList<>();
    private boolean malformed;

    void add(String field, String description) {
        if (list.size() < COUNT_MAX) {
            list.add(FieldViolation.newBuilder()
                    .setField(field)
                    .setDescription(description)
                    .build());
        }
    }

    /// The input as a whole cannot be read; said first.
    void addMalformed(String description) {
        malformed = true;
        list.addFirst(FieldViolation.newBuilder().setDescription(description).build());
    }

    List<FieldViolation> list() {
        return List.copyOf(list);
    }

    void throwIfAny() throws BadRequestException {
        if (!list.isEmpty()) {
            throw new BadRequestException(malformed, list);
        }
    }
}
