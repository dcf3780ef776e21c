package io.ordersaga.coordinator.dispatch;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What the thread that works on a [SagaRun] does next.
sealed interface Next {

    /// Something became of the last action.
    record Known(Input input) implements Next {}

    /// Nothing yet.
    record Open() implements Next {}

    /// Another thread goes on, from now on: this one must not touch the run any more.
    record Elsewhere() implements Next {}

    /// Where the thread that made a call and the one that brings its answer meet: whoever comes later
    /// goes on.
    final class Meeting {
        private final AtomicReference<@Nullable Optional<Input>> first = new AtomicReference<>();

        /// The answer is here.
        ///
        /// @return whether the caller has left already
        boolean brings(Input answer) {
            return !first.compareAndSet(null, Optional.of(answer));
        }

        /// The caller has nothing more to do.
        ///
        /// @return the answer, when it has come already
        Next leave() {
            if (first.compareAndSet(null, Optional.empty())) {
                return new Elsewhere();
            }
            return new Known(Objects.requireNonNull(first.get()).orElseThrow());
        }
    }
}
