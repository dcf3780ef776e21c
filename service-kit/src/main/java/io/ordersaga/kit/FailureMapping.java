package io.ordersaga.kit;

import com.google.rpc.Status;
import java.util.Optional;

/// Says how one family of exceptions is answered. All beans of this type are asked in their order; what none of them
/// knows is answered as INTERNAL, without details, and logged with its stack trace.
public interface FailureMapping {
    /// The answer to `failure`, or empty when it is not of this family. Must not show SQL, class names or addresses.
    Optional<Status> statusOf(Throwable failure);
}
