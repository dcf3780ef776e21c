package io.ordersaga.coordinator.dispatch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Lets so many through at once. What is urgent goes before what is not, and some places are only for
/// it. Safe for any number of threads.
final class Gate {

    private final int placesMax;
    private final int reserved;
    private final int waitingMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Waiting> urgent = new ArrayDeque<>();
    private final Deque<Waiting> ordinary = new ArrayDeque<>();
    private int busy;

    private static final class Waiting {
        private final Condition called;
        private boolean admitted;

        Waiting(Condition called) {
            this.called = called;
        }
    }

    /// @param reserved of the places, only for what is urgent
    /// @param waitingMax beyond it nobody waits for a place
    Gate(int placesMax, int reserved, int waitingMax) {
        this.placesMax = placesMax;
        this.reserved = reserved;
        this.waitingMax = waitingMax;
    }

    /// Waits for a place at most `longest`.
    ///
    /// @return whether there is one; it has to be left again
    boolean enter(boolean isUrgent, Duration longest) {
        lock.lock();
        try {
            Deque<Waiting> queue = isUrgent ? urgent : ordinary;
            if (queue.isEmpty() && hasPlace(isUrgent)) {
                busy++;
                return true;
            }
            return urgent.size() + ordinary.size() < waitingMax && await(queue, longest);
        } finally {
            lock.unlock();
        }
    }

    /// Takes a place if nobody has to be waited for; it has to be left again.
    boolean enterAtOnce(boolean isUrgent) {
        lock.lock();
        try {
            boolean free = (isUrgent ? urgent : ordinary).isEmpty() && hasPlace(isUrgent);
            busy += free ? 1 : 0;
            return free;
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Deque<Waiting> queue, Duration longest) {
        Waiting self = new Waiting(lock.newCondition());
        queue.add(self);
        long left = longest.toNanos();
        try {
            while (!self.admitted && left > 0) {
                left = self.called.awaitNanos(left);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        if (!self.admitted) {
            queue.remove(self);
        }
        return self.admitted;
    }

    void leave() {
        lock.lock();
        try {
            busy--;
            admit(urgent, true);
            admit(ordinary, false);
        } finally {
            lock.unlock();
        }
    }

    private void admit(Deque<Waiting> queue, boolean isUrgent) {
        while (!queue.isEmpty() && hasPlace(isUrgent)) {
            Waiting first = queue.remove();
            first.admitted = true;
            busy++;
            first.called.signal();
        }
    }

    private boolean hasPlace(boolean isUrgent) {
        return busy < (isUrgent ? placesMax : placesMax - reserved);
    }

    /// How many wait for a place.
    int waiting() {
        lock.lock();
        try {
            return urgent.size() + ordinary.size();
        } finally {
            lock.unlock();
        }
    }

    /// How many are in or wait for a place.
    int present() {
        lock.lock();
        try {
            return busy + urgent.size() + ordinary.size();
        } finally {
            lock.unlock();
        }
    }

    /// How many may be in at once.
    int places() {
        return placesMax;
    }

    /// How many places there are for what is not urgent.
    int ordinaryPlaces() {
        return placesMax - reserved;
    }

    /// Whether nobody is in or waits.
    boolean isIdle() {
        lock.lock();
        try {
            return busy == 0 && urgent.isEmpty() && ordinary.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
