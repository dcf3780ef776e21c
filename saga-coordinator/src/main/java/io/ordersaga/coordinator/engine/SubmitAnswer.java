package io.ordersaga.coordinator.engine;

import java.time.Duration;
import java.util.Optional;

/// What a submitter gets to hear.
///
/// - [Accepted]: stored; it will reach its end without the submitter;
/// - [Succeeded], [RolledBack]: it reached its end while the submitter waited;
/// - [Unfinished]: the submitter wanted to wait, but it takes longer. It goes on;
/// - [AlreadyFinished]: this gid ran before, with the same content;
/// - [GidReused]: this gid belongs to a saga with other content, which is left alone;
/// - [WrongStatus]: it is in a status in which this cannot be done with it, or of a mode that knows no such thing;
/// - [NoSuchGid]: nothing of this gid is stored;
/// - [Overloaded]: nothing is stored; come again after a while.
public sealed interface SubmitAnswer {

    record Accepted() implements SubmitAnswer {}

    record Succeeded() implements SubmitAnswer {}

    record RolledBack(Rejection rejection) implements SubmitAnswer {}

    record Unfinished(Optional<Rejection> rejection) implements SubmitAnswer {}

    record AlreadyFinished(SagaStatus status) implements SubmitAnswer {}

    record GidReused() implements SubmitAnswer {}

    record WrongStatus(Mode mode, SagaStatus status) implements SubmitAnswer {}

    record NoSuchGid() implements SubmitAnswer {}

    record Overloaded(Duration retryAfter) implements SubmitAnswer {}
}
