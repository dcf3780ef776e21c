package io.ordersaga.e2e;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Several things at the same instant: all wait until all are there.
final class AtOnce {
    private AtOnce() {}

    /// Does all of it, each in a thread of its own, and returns the results in the same order.
    static <T> List<T> all(List<Callable<T>> deeds) {
        CyclicBarrier start = new CyclicBarrier(deeds.size());
        List<Future<T>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Callable<T> deed : deeds) {
                running.add(threads.submit(() -> {
                    start.await();
                    return deed.call();
                }));
            }
        }
        return running.stream().map(Future::resultNow).toList();
    }

    /// Does both.
    static <T> List<T> both(Callable<T> one, Callable<T> other) {
        return all(List.of(one, other));
    }

    /// Does the same so many times.
    static <T> List<T> times(int count, Callable<T> deed) {
        return all(Collections.nCopies(count, deed));
    }
}
