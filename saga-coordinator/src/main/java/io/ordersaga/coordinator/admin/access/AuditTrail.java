package io.ordersaga.coordinator.admin.access;

/// Where it is written down what operators did and were refused. Safe for any number of threads.
public interface AuditTrail {

    /// What an entry tells.
    enum Kind {
        /// An operation begins.
        BEGUN,
        /// It ended.
        DONE,
        /// A call was refused because of who made it or how.
        DENIED
    }

    /// What is to be written. Texts that are too long are cut.
    ///
    /// @param operator a name; empty when nobody is known
    /// @param method such as `saga.v1.OperationService/Retry`
    /// @param resource what it is about and, behind blanks, what is wanted of it; empty when nothing in particular
    /// @param outcome a `google.rpc.Code` and, behind a blank, a reason
    /// @param reason in the operator's words
    /// @param requestDigest 64 hexadecimal digits, or empty
    /// @param origin where the call came from
    /// @param begunSeq at the end of what was begun, what [#append] returned at the beginning; else 0
    record Entry(
            Kind kind,
            String operator,
            String method,
            String resource,
            String outcome,
            String reason,
            String requestDigest,
            String origin,
            long begunSeq) {}

    /// Adds an entry; when this returns it is on disk.
    ///
    /// @return its place in the log
    /// @throws RuntimeException of the database, when it could not be written
    long append(Entry entry);
}
