package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Somebody who handed a saga in and hears one thing about it: that it is stored, or how it ended, whichever
/// was asked for.
final class Submitter {

    private final boolean waitsForEnd;
    private final CompletableFuture<SubmitAnswer> heard = new CompletableFuture<>();
    private volatile boolean accepted;

    Submitter(boolean waitsForEnd) {
        this.waitsForEnd = waitsForEnd;
    }

    /// Nobody: the saga was claimed, and whoever submitted it is long gone.
    static Submitter nobody() {
        return new Submitter(false);
    }

    void hear(SubmitAnswer answer) {
        accepted = true;
        if (!waitsForEnd || !(answer instanceof SubmitAnswer.Accepted)) {
            heard.complete(answer);
        }
    }

    /// The run is over; what was accepted goes on elsewhere or later.
    ///
    /// @param reason why, when it failed
    void leave(@Nullable Throwable reason) {
        if (heard.isDone()) {
            return;
        }
        if (accepted) {
            heard.complete(new SubmitAnswer.Unfinished(Optional.empty()));
        } else {
            heard.completeExceptionally(
                    reason == null ? new StoreUnavailableException("the run ended early", null) : reason);
        }
    }

    SubmitAnswer await(Duration patience) {
        try {
            return heard.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            return tookTooLong();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return tookTooLong();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof InvalidSagaException invalid) {
                throw invalid;
            }
            throw new StoreUnavailableException("the saga could not be stored", failure.getCause());
        }
    }

    private SubmitAnswer tookTooLong() {
        if (accepted) {
            return new SubmitAnswer.Unfinished(Optional.empty());
        }
        throw new StoreUnavailableException("the saga was not stored in time", null);
    }
}
