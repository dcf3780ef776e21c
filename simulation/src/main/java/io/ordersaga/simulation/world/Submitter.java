package io.ordersaga.simulation.world;

import io.ordersaga.coordinator.engine.SubmitAnswer;
import java.util.Optional;
import java.util.function.Consumer;

/// Whoever handed a saga in, and hears one thing about it: that it is stored, or how it ended, whichever was
/// asked for; empty when the node cannot say.
final class Submitter {

    static final Submitter NOBODY = new Submitter(false, _ -> {});

    private final boolean waitsForEnd;
    private final Consumer<Optional<SubmitAnswer>> client;
    private boolean accepted;
    private boolean answered;

    Submitter(boolean waitsForEnd, Consumer<Optional<SubmitAnswer>> client) {
        this.waitsForEnd = waitsForEnd;
        this.client = client;
    }

    void hear(SubmitAnswer answer) {
        accepted = true;
        if (!waitsForEnd || !(answer instanceof SubmitAnswer.Accepted)) {
            answer(Optional.of(answer));
        }
    }

    /// The run is over, for whatever reason; what was accepted goes on elsewhere or later.
    void leave() {
        answer(accepted ? Optional.of(new SubmitAnswer.Unfinished(Optional.empty())) : Optional.empty());
    }

    private void answer(Optional<SubmitAnswer> answer) {
        if (!answered) {
            answered = true;
            client.accept(answer);
        }
    }
}
