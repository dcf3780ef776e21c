package io.ordersaga.coordinator.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// When the table is searched for due sagas, and for how many: at every poll, at every wake-up, again at once
/// as long as everything that was asked for was found, and as soon as there are places again after they ran
/// out. The poll also is what makes up for wake-ups that were lost, here or with another node.
///
/// Pure: somebody else does the searching between [#begin] and [#end], waits until [#nextRound], and comes
/// earlier when [#placesFreed] says so. Not thread-safe.
public final class ClaimLoop {

    /// A wake-up that found too little is looked after so many times, at growing distances: the saga's wait may
    /// be in a batch that is being written.
    private static final int LOOKS_AGAIN_MAX = 3;

    /// Wake-ups come no closer to the round before: a search costs the same for one saga as for many.
    private static final Duration WAKE_UPS_APART = Duration.ofMillis(100);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);
    private static final int LOOK_AGAIN_FACTOR = 4;

    private final int batch;
    private final Duration poll;
    private final Timers timers;
    /// After the places ran out, a search begins when so many are free again, and not for each one.
    private final int placesWorthASearch;

    private Instant scheduled;
    private Instant wakeUpsFrom;
    private boolean starved;
    private int promised;
    private int looksAgain;

    /// @param batch sagas searched for at once
    /// @param places sagas that may run because they were due
    /// @param poll longest distance between two searches
    /// @param timers the wake-ups; whoever adds to them looks at [#nextRound] again
    public ClaimLoop(int batch, int places, Duration poll, Timers timers, Instant start) {
        this.batch = batch;
        this.poll = poll;
        this.timers = timers;
        this.placesWorthASearch = Math.min(batch, Math.max(1, places / 4));
        this.scheduled = start;
        this.wakeUpsFrom = start;
    }

    /// A round begins.
    ///
    /// @param free places
    /// @return how many sagas to search for; none when there is no place
    public int begin(int free, Instant now) {
        promised += timers.takeDue(now);
        return Math.min(batch, free);
    }

    /// A round is over.
    ///
    /// @param wanted what [#begin] said
    /// @param found at most `wanted`
    public void end(int wanted, int found, Instant now) {
        wakeUpsFrom = now.plus(WAKE_UPS_APART);
        boolean placesRanOut = wanted < batch && found == wanted;
        boolean moreAtOnce = wanted == batch && found == wanted;
        starved = placesRanOut;
        promised = found < wanted ? Math.max(0, promised - found) : 0;
        if (moreAtOnce) {
            scheduled = now;
        } else if (promised > 0 && looksAgain < LOOKS_AGAIN_MAX) {
            scheduled = earlier(now.plus(lookAgainAfter()), now.plus(poll));
            looksAgain++;
            return;
        } else {
            scheduled = now.plus(poll);
        }
        promised = 0;
        looksAgain = 0;
    }

    /// A round failed: nobody knows what it would have found.
    public void failed(Instant now) {
        starved = false;
        promised = 0;
        looksAgain = 0;
        scheduled = now.plus(poll);
    }

    /// Some places are free again.
    ///
    /// @return whether the next round is to begin at once
    public boolean placesFreed(int free, Instant now) {
        if (starved && free >= placesWorthASearch) {
            starved = false;
            scheduled = now;
            return true;
        }
        return false;
    }

    /// When the next round begins, unless something happens before; in the past when it is late. Wake-ups do
    /// not count while there are no places.
    public Instant nextRound() {
        Optional<Instant> wakeUp = starved ? Optional.empty() : timers.nextWakeUp();
        return wakeUp.map(instant -> earlier(later(instant, wakeUpsFrom), scheduled))
                .orElse(scheduled);
    }

    private Duration lookAgainAfter() {
        Duration after = LOOK_AGAIN;
        for (int look = 0; look < looksAgain; look++) {
            after = after.multipliedBy(LOOK_AGAIN_FACTOR);
        }
        return after;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
