package io.ordersaga.transcoder.http;

import io.grpc.Metadata;
import io.ordersaga.transcoder.transcoding.BadRequestException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;

/// What a program itself knows of its clients. Safe for any number of threads.
@FunctionalInterface
public interface Edge {
    /// Adds who is asking, or nothing.
    ///
    /// @throws BadRequestException when the request says it in a form that nobody understands
    /// @throws io.ordersaga.transcoder.errors.HttpFailureException when it must not be answered
    void addTo(Metadata metadata, HttpServletRequest request) throws BadRequestException;

    /// What the metadata of an answer means in headers, beyond what it means in every program.
    default Map<String, String> headersOf(Metadata response) {
        return Map.of();
    }
}
