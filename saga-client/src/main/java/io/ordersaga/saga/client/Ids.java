package io.ordersaga.saga.client;

import java.nio.charset.StandardCharsets;

/// The limits that DTM's barrier table sets on what names a branch, checked before anything reaches SQL or the wire.
final class Ids {
    /// Bytes of a gid or a branch id.
    static final int ID_BYTES_MAX = 128;

    /// Bytes of a transaction type or an operation.
    static final int WORD_BYTES_MAX = 45;

    private Ids() {}

    static String id(String field, String value) {
        return printable(field, value, ID_BYTES_MAX);
    }

    static String word(String field, String value) {
        return printable(field, value, WORD_BYTES_MAX);
    }

    /// Metadata carries printable ASCII only, so another character could never arrive as it was sent.
    private static String printable(String field, String value, int bytesMax) {
        if (value.isEmpty()) {
            throw new InvalidBranchException(field, "must not be empty");
        }
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length > bytesMax) {
            throw new InvalidBranchException(field, "has " + length + " bytes, at most " + bytesMax + " are allowed");
        }
        if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new InvalidBranchException(field, "must be printable ASCII");
        }
        return value;
    }
}
