package io.ordersaga.saga.client;

/// A gid, branch id, transaction type or operation that is missing, too long or not printable ASCII. Thrown before
/// any SQL runs. Calling again with the same value fails again; a gRPC server answers `INVALID_ARGUMENT`.
public final class InvalidBranchException extends IllegalArgumentException {
    private final String field;
    private final String description;

    InvalidBranchException(String field, String description) {
        super(field + " " + description);
        this.field = field;
        this.description = description;
    }

    /// The offending field: `gid`, `trans_type`, `branch_id` or `op`.
    public String field() {
        return field;
    }

    /// What is wrong with it, to follow the field's name.
    public String description() {
        return description;
    }
}
