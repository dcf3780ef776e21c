package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.Lease;
import io.ordersaga.coordinator.store.Waiting.Haste;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// Decides which writes go out together, and when. A saga never has two writes under way, so its
/// writes keep their order whatever number of transactions is under way. Not thread-safe, and without
/// a clock of its own: times are of one monotonic clock, in nanoseconds.
final class WriteQueue {

    /// With commits this slow one more transaction at once is worth its smaller batches.
    private static final long COMMIT_PER_LANE = Duration.ofMillis(1).toNanos();
    private static final double COMMIT_SMOOTHING = 0.1;

    /// Writes that are on their way to the database.
    record Going(List<Waiting> writes, List<AttemptRow> attempts) {

        Batch batch() {
            return new Batch(
                    writes.stream()
                            .map(Waiting::write)
                            .sorted(Comparator.comparingLong(Write::sagaId))
                            .toList(),
                    attempts);
        }

        private boolean isAwaited() {
            return writes.stream().anyMatch(waiting -> waiting.haste() == Haste.AWAITED);
        }
    }

    private final StoreSettings settings;
    private final Journal journal;
    private final Activity activity;
    private final ArrayDeque<Waiting> awaited = new ArrayDeque<>();
    private final Map<Lease, Waiting> later = new LinkedHashMap<>();
    private final Set<Long> sagasUnderWay = new HashSet<>();
    private final Set<Waiting> laterUnderWay = new HashSet<>();
    private int ends;
    private int batchesUnderWay;
    private int awaitedBatchesUnderWay;
    private double commitNanos;
    private OptionalLong earliestDue = OptionalLong.empty();
    /// When [#take] is asked anyway; empty for never.
    private OptionalLong planned = OptionalLong.empty();
    /// Everything that waits belongs to sagas with a write under way.
    private boolean blocked;

    WriteQueue(StoreSettings settings, Journal journal, Activity activity) {
        this.settings = settings;
        this.journal = journal;
        this.activity = activity;
    }

    /// Whether a caller may write at once, past the queue: nobody waits, nobody else's write is under
    /// way, and no company is to be expected.
    boolean isIdle(Write write, long now) {
        return awaited.isEmpty()
                && awaitedBatchesUnderWay == 0
                && batchesUnderWay < settings.lanes()
                && !sagasUnderWay.contains(write.sagaId())
                && !lingers(now);
    }

    /// The one write of a caller that [#isIdle] let pass.
    Going alone(Write write, long now) {
        overtake(write);
        Going going = new Going(List.of(waiting(write, now)), List.of());
        start(going);
        return going;
    }

    /// Takes a write that somebody waits for; empty when there is no room.
    Optional<Waiting> offer(Write write, long now) {
        if (awaited.size() >= settings.queue()) {
            return Optional.empty();
        }
        overtake(write);
        Waiting waiting = waiting(write, now);
        awaited.add(waiting);
        blocked = false;
        return Optional.of(waiting);
    }

    private Waiting waiting(Write write, long now) {
        return new Waiting(write, Haste.AWAITED, now, now + settings.linger().toNanos(), new CompletableFuture<>());
    }

    /// A write that somebody waits for tells more than what was to be written later.
    private void overtake(Write write) {
        if (write instanceof Write.State state) {
            remove(state.lease()).ifPresent(old -> old.verdict().complete(new Verdict.Stored()));
        }
    }

    private Optional<Waiting> remove(Lease lease) {
        Waiting old = later.remove(lease);
        if (old != null && old.haste() == Haste.END) {
            ends--;
        }
        return Optional.ofNullable(old);
    }

    /// Takes a write back, unless it is under way or over.
    ///
    /// @return true when it is certain that it will not go out
    boolean withdraw(Waiting waiting) {
        return awaited.remove(waiting);
    }

    /// Keeps the newest state of a lease.
    ///
    /// @return false when there is no room
    boolean offerLater(Write.State state, Haste haste, long now) {
        Optional<Waiting> old = remove(state.lease());
        if (old.isEmpty() && later.size() >= settings.queue()) {
            return false;
        }
        // Nobody claims what is over; what waits is looked for when its wait ends.
        boolean waits = haste == Haste.END && !state.due().finished();
        Duration delay = waits ? settings.waitDelay() : settings.lazyDelay();
        long due = now + delay.toNanos();
        put(new Waiting(
                state,
                haste,
                old.map(Waiting::since).orElse(now),
                old.map(Waiting::due).filter(before -> before - due < 0).orElse(due),
                old.map(Waiting::verdict).orElseGet(CompletableFuture::new)));
        return true;
    }

    /// Whether a newer state of the same lease waits, which then also speaks for this one. Written
    /// after it, this one would undo it.
    boolean isOvertaken(Waiting failed) {
        return failed.write() instanceof Write.State state
                && (later.containsKey(state.lease())
                        || awaited.stream()
                                .anyMatch(newer -> newer.write() instanceof Write.State other
                                        && other.lease().equals(state.lease())));
    }

    /// Keeps a state that could not be written, and is not overtaken, for another try.
    void offerAgain(Waiting failed, long due) {
        failed.dueAt(due);
        put(failed);
    }

    private void put(Waiting waiting) {
        later.put(((Write.State) waiting.write()).lease(), waiting);
        if (waiting.haste() == Haste.END) {
            ends++;
        }
        if (earliestDue.isEmpty() || waiting.due() - earliestDue.getAsLong() < 0) {
            earliestDue = OptionalLong.of(waiting.due());
        }
        blocked = false;
    }

    /// The next batch, when it is time for one; ask again until there is none.
    Optional<Going> take(long now) {
        if (batchesUnderWay >= lanes() || !isTime(now)) {
            return Optional.empty();
        }
        List<Waiting> chosen = new ArrayList<>();
        choose(awaited.iterator(), chosen, _ -> true);
        // What is due soon goes with what is due now: one commit for both.
        long soon = now + settings.lazyDelay().toNanos() / 4;
        choose(later.values().iterator(), chosen, kept -> kept.haste() == Haste.END || kept.due() - soon <= 0);
        chosen.stream().filter(waiting -> waiting.haste() == Haste.END).forEach(_ -> ends--);
        earliestDue = later.values().stream().mapToLong(Waiting::due).min();
        Going going = new Going(List.copyOf(chosen), journal.take(now));
        if (going.writes().isEmpty() && going.attempts().isEmpty()) {
            blocked = true;
            return Optional.empty();
        }
        start(going);
        return Optional.of(going);
    }

    /// Moves what may go now to `chosen`, in order, as long as there is room.
    private void choose(Iterator<Waiting> candidates, List<Waiting> chosen, Predicate<Waiting> wanted) {
        Set<Long> sagas = new HashSet<>(sagasUnderWay);
        int bytes = 0;
        for (Waiting before : chosen) {
            sagas.add(before.write().sagaId());
            bytes += before.write().size();
        }
        while (candidates.hasNext() && chosen.size() < settings.batchRows()) {
            Waiting candidate = candidates.next();
            if (!wanted.test(candidate) || !sagas.add(candidate.write().sagaId())) {
                continue;
            }
            bytes += candidate.write().size();
            if (bytes > settings.batchBytes() && !chosen.isEmpty()) {
                return;
            }
            candidates.remove();
            chosen.add(candidate);
        }
    }

    private boolean isTime(long now) {
        int company = awaited.size() + ends;
        if (company >= settings.batchRows() || isDue(now) || journal.isDue(now)) {
            return true;
        }
        if (awaited.isEmpty()) {
            return false;
        }
        return !lingers(now)
                || company >= activity.concurrency(now) / 2
                || awaited.getFirst().due() - now <= 0;
    }

    private boolean isDue(long now) {
        if (earliestDue.isPresent() && earliestDue.getAsLong() - now <= 0) {
            // What was due first may have been overtaken.
            earliestDue = later.values().stream().mapToLong(Waiting::due).min();
        }
        return earliestDue.isPresent() && earliestDue.getAsLong() - now <= 0;
    }

    private boolean lingers(long now) {
        return settings.linger().isPositive() && activity.concurrency(now) + awaited.size() >= settings.lingerFrom();
    }

    /// How many transactions may be under way now.
    int lanes() {
        return (int) Math.min(settings.lanes(), 1 + (long) commitNanos / COMMIT_PER_LANE);
    }

    /// How long after `now` [#take] may have something if nothing else happens before; empty for never. It is
    /// expected to be asked then.
    OptionalLong wakeIn(long now) {
        OptionalLong wait = somethingIn(now);
        planned = wait.isEmpty() ? wait : OptionalLong.of(now + wait.getAsLong());
        return wait;
    }

    private OptionalLong somethingIn(long now) {
        if (blocked || batchesUnderWay >= lanes()) {
            return OptionalLong.empty();
        }
        OptionalLong wait = earliestDue.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, earliestDue.getAsLong() - now));
        if (!awaited.isEmpty()) {
            wait = sooner(wait, lingers(now) ? awaited.getFirst().due() - now : 0);
        }
        OptionalLong journalDue = journal.due();
        return journalDue.isEmpty() ? wait : sooner(wait, journalDue.getAsLong() - now);
    }

    private static OptionalLong sooner(OptionalLong wait, long other) {
        long positive = Math.max(0, other);
        return wait.isPresent() && wait.getAsLong() <= positive ? wait : OptionalLong.of(positive);
    }

    /// Whether [#take] may have something sooner than [#wakeIn] said when it was asked last. Otherwise every
    /// write that waits for company would wake who takes, and mostly for nothing.
    boolean isTimeToWake(long now) {
        if (batchesUnderWay >= lanes()) {
            return false;
        }
        if (isTime(now)) {
            return true;
        }
        OptionalLong wait = somethingIn(now);
        return wait.isPresent() && (planned.isEmpty() || now + wait.getAsLong() - planned.getAsLong() < 0);
    }

    private void start(Going going) {
        batchesUnderWay++;
        if (going.isAwaited()) {
            awaitedBatchesUnderWay++;
        }
        for (Waiting waiting : going.writes()) {
            sagasUnderWay.add(waiting.write().sagaId());
            if (waiting.haste() != Haste.AWAITED) {
                laterUnderWay.add(waiting);
            }
        }
    }

    /// The batch has come back; what became of its writes is the caller's business.
    void cameBack(Going going) {
        batchesUnderWay--;
        if (going.isAwaited()) {
            awaitedBatchesUnderWay--;
        }
        for (Waiting waiting : going.writes()) {
            sagasUnderWay.remove(waiting.write().sagaId());
            laterUnderWay.remove(waiting);
        }
        blocked = false;
    }

    void committed(long tookNanos) {
        commitNanos += COMMIT_SMOOTHING * (tookNanos - commitNanos);
    }

    /// Sends out at once what was to be written later.
    ///
    /// @param wanted which of it
    /// @return the verdicts on it, and on what of it is already under way
    List<CompletableFuture<Verdict>> hurry(Predicate<Write.State> wanted, long now) {
        List<CompletableFuture<Verdict>> verdicts = new ArrayList<>();
        later.values().forEach(waiting -> {
            if (wanted.test((Write.State) waiting.write())) {
                waiting.dueAt(now);
                earliestDue = OptionalLong.of(now);
                verdicts.add(waiting.verdict());
            }
        });
        for (Waiting waiting : laterUnderWay) {
            if (wanted.test((Write.State) waiting.write())) {
                verdicts.add(waiting.verdict());
            }
        }
        return verdicts;
    }

    int awaitedSize() {
        return awaited.size();
    }

    int laterSize() {
        return later.size();
    }
}
