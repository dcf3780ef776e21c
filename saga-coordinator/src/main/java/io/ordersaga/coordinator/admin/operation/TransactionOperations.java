package io.ordersaga.coordinator.admin.operation;

import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Engine;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Operation;
import io.ordersaga.coordinator.engine.OperationKind;
import io.ordersaga.coordinator.engine.OperatorDesk;
import io.ordersaga.coordinator.engine.OperatorDesk.Answer;
import io.ordersaga.coordinator.engine.OperatorDesk.Expected;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out operations on single transactions, and leaves word of them where people look: a note with
/// every operation, and a line in the journal for a step that somebody took as done.
public final class TransactionOperations {

    private static final Logger log = LoggerFactory.getLogger(TransactionOperations.class);
    private static final int NOTE_LENGTH_MAX = 2048;

    private final OperatorDesk desk;
    private final SagaArchive archive;
    private final Engine engine;
    private final Consumer<Attempt> journal;
    private final NoteTable notes;
    private final String node;
    private final InstantSource clock;

    /// @param journal keeps what it is given for whoever looks at the transaction
    /// @param node this coordinator's name
    public TransactionOperations(
            OperatorDesk desk,
            SagaArchive archive,
            Engine engine,
            Consumer<Attempt> journal,
            NoteTable notes,
            String node,
            InstantSource clock) {
        this.desk = desk;
        this.archive = archive;
        this.engine = engine;
        this.journal = journal;
        this.notes = notes;
        this.node = node;
        this.clock = clock;
    }

    /// Who does it, and why.
    ///
    /// @param reason may be empty
    record Author(String name, String reason) {

        /// For people to read.
        String text() {
            return "by " + name + (reason.isBlank() ? "" : ": " + reason);
        }
    }

    Engine engine() {
        return engine;
    }

    InstantSource clock() {
        return clock;
    }

    Optional<StoredSaga> find(Gid gid) {
        return archive.find(gid);
    }

    Answer operate(Gid gid, Operation operation, Expected expected, Author author) {
        Answer answer = desk.operate(gid, operation, expected);
        if (answer instanceof OperatorDesk.Done(long sagaId, Saga saga)) {
            log.info("saga {}: {} {}", gid, Refusals.word(operation.kind()), author.text());
            leaveWord(sagaId, saga, operation, author);
        }
        return answer;
    }

    Answer delete(Gid gid, Expected expected, Author author) {
        Answer answer = desk.delete(gid, expected);
        if (answer instanceof OperatorDesk.Done) {
            log.info("saga {}: deleted {}", gid, author.text());
        }
        return answer;
    }

    /// Writes down what the author has to say.
    ///
    /// @return [OperatorDesk.Done] or [OperatorDesk.Missing]
    Answer note(Gid gid, Author author) {
        Optional<StoredSaga> stored = archive.find(gid);
        if (stored.isEmpty()) {
            return new OperatorDesk.Missing();
        }
        int _ = notes.insert(stored.get().id(), author.name(), cut(author.reason()));
        return new OperatorDesk.Done(stored.get().id(), stored.get().saga());
    }

    /// Whether the author did this, and left word of it, since then.
    ///
    /// @param since by the database's clock, UTC
    boolean wasDone(Gid gid, Operation operation, Author author, LocalDateTime since) {
        return notes.wasLeft(Bytes.of(gid.value()), author.name(), cut(text(operation, author)), since);
    }

    /// The same of a note.
    boolean wasNoted(Gid gid, Author author, LocalDateTime since) {
        return notes.wasLeft(Bytes.of(gid.value()), author.name(), cut(author.reason()), since);
    }

    /// The operation is done by now, and the audit log knows of it, so nobody is told when this fails.
    private void leaveWord(long sagaId, Saga saga, Operation operation, Author author) {
        try {
            switch (operation) {
                case Operation.ForceBranch(int step) ->
                    journal.accept(attempt(sagaId, saga, step, Op.ACTION, Attempt.FORCED, author));
                case Operation.SkipBranch(int step) ->
                    journal.accept(attempt(sagaId, saga, step, Op.COMPENSATION, Attempt.SKIPPED, author));
                case Operation.Retry _,
                        Operation.Pause _,
                        Operation.Resume _,
                        Operation.Park _,
                        Operation.Release _,
                        Operation.RollBack _,
                        Operation.ExtendDeadline _ -> {}
            }
            int _ = notes.insert(sagaId, author.name(), cut(text(operation, author)));
        } catch (RuntimeException failure) {
            log.warn("saga {}: no note of {} {}", saga.gid(), operation, author.text(), failure);
        }
    }

    private static String text(Operation operation, Author author) {
        String what = switch (operation) {
            case Operation.ForceBranch(int step) -> word(operation.kind()) + " of step " + step;
            case Operation.SkipBranch(int step) -> word(operation.kind()) + " of step " + step;
            case Operation.ExtendDeadline(Duration by) -> word(operation.kind()) + " by " + by.toSeconds() + " s";
            case Operation.Retry _,
                    Operation.Pause _,
                    Operation.Resume _,
                    Operation.Park _,
                    Operation.Release _,
                    Operation.RollBack _ -> word(operation.kind());
        };
        return author.reason().isBlank() ? "[" + what + "]" : "[" + what + "] " + author.reason();
    }

    private static String word(OperationKind operation) {
        return Refusals.word(operation);
    }

    private static String cut(String text) {
        int length = text.codePointCount(0, text.length());
        return length <= NOTE_LENGTH_MAX ? text : text.substring(0, text.offsetByCodePoints(0, NOTE_LENGTH_MAX));
    }

    private Attempt attempt(long sagaId, Saga saga, int step, Op op, String outcome, Author author) {
        String url = op == Op.ACTION
                ? saga.definition().steps().get(step).action()
                : saga.definition().steps().get(step).compensation();
        return new Attempt(
                sagaId,
                step,
                op,
                0,
                clock.instant(),
                Duration.ZERO,
                node,
                url,
                outcome,
                author.text(),
                Optional.empty());
    }
}
