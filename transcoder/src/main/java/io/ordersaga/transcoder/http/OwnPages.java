package io.ordersaga.transcoder.http;

import java.util.Optional;

/// Documents that are no rpc's answer.
@FunctionalInterface
public interface OwnPages {
    /// The page at this path, if there is one.
    ///
    /// @throws io.ordersaga.transcoder.errors.HttpFailureException when there is, but not by this method
    Optional<Answer> find(String method, String path);
}
