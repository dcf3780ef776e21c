package io.ordersaga.kit;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one place where an exception becomes a status.
final class StatusMapper {
    static final String UNAVAILABLE = "UNAVAILABLE";
    static final String INTERNAL = "INTERNAL";

    private static final Logger log = LoggerFactory.getLogger(StatusMapper.class);
    /// When a caller may try again; callers add their own back-off.
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ErrorDomain domain;
    private final List<FailureMapping> mappings;

    StatusMapper(ErrorDomain domain, List<FailureMapping> mappings) {
        this.domain = domain;
        this.mappings = List.copyOf(mappings);
    }

    Status statusOf(Throwable failure) {
        if (failure instanceof RefusalException refusal) {
            return refusal.toStatus();
        }
        return mappings.stream()
                .map(mapping -> mapping.statusOf(failure))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> ofDependency(failure))
                .orElseGet(() -> unexpected(failure));
    }

    static RetryInfo retryInfo() {
        return RetryInfo.newBuilder()
                .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(RETRY_AFTER.toSeconds()))
                .build();
    }

    /// A status of a service that this one called says nothing about the request of our own caller, except that the
    /// call may succeed later.
    private Optional<Status> ofDependency(Throwable failure) {
        io.grpc.Status.Code code = switch (failure) {
            case StatusRuntimeException e -> e.getStatus().getCode();
            case StatusException e -> e.getStatus().getCode();
            default -> io.grpc.Status.Code.UNKNOWN;
        };
        return switch (code) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED -> {
                log.warn("A service that this one needs does not answer: {}", failure.getMessage());
                yield Optional.of(domain.refusal(
                                io.grpc.Status.Code.UNAVAILABLE,
                                UNAVAILABLE,
                                "a service that this one needs does not answer",
                                Map.of())
                        .with(retryInfo())
                        .toStatus());
            }
            default -> Optional.empty();
        };
    }

    private Status unexpected(Throwable failure) {
        log.error("Answered INTERNAL because of an unexpected exception", failure);
        return Status.newBuilder()
                .setCode(io.grpc.Status.Code.INTERNAL.value())
                .setMessage("internal error")
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(INTERNAL)
                        .setDomain(domain.name())
                        .build()))
                .build();
    }
}
