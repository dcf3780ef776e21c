package io.ordersaga.simulation.kernel;

import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What happened, as one number that differs when anything differs, and as text for whoever asks for it.
public final class Trace {

    private static final long PRIME = 0x100000001b3L;

    private final Timeline timeline;
    private final @Nullable PrintStream out;
    private long hash = 0xcbf29ce484222325L;

    /// A trace of what happens on a timeline.
    ///
    /// @param out gets one line for each note; null: none
    public Trace(Timeline timeline, @Nullable PrintStream out) {
        this.timeline = timeline;
        this.out = out;
    }

    /// Adds what happened now.
    ///
    /// @param who whose doing it is: a node, a client, a participant, the database
    /// @param what a constant word
    /// @param saga number of the saga in this run, or -1
    /// @param detail what distinguishes this note from others of its kind, as a number
    /// @param word more of it, as a constant word or a name
    public void note(String who, String what, int saga, long detail, String word) {
        add(timeline.now());
        add(who.hashCode());
        add(((long) what.hashCode() << 32) ^ saga);
        add(detail);
        add(word.hashCode());
        PrintStream lines = out;
        if (lines != null) {
            lines.println(String.format(
                    Locale.ROOT,
                    "%11.6f  %-8s %-18s %-7s %6d  %s",
                    timeline.now() / 1e6,
                    who,
                    what,
                    saga < 0 ? "" : "saga " + saga,
                    detail,
                    word));
        }
    }

    public long hash() {
        return hash;
    }

    private void add(long value) {
        hash = Long.rotateLeft((hash ^ value) * PRIME, 23);
    }
}
