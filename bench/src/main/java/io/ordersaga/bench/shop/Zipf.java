package io.ordersaga.bench.shop;

import java.util.random.RandomGenerator;

/// Chooses among things of which the first is wanted most: the k-th `1 / k` as often. Thread-safe.
final class Zipf {
    private final double[] sums;

    Zipf(int count) {
        this.sums = new double[count];
        double sum = 0;
        for (int rank = 0; rank < count; rank++) {
            sum += 1.0 / (rank + 1);
            sums[rank] = sum;
        }
    }

    /// From 0, the most wanted.
    int next(RandomGenerator random) {
        double point = random.nextDouble() * sums[sums.length - 1];
        int rank = 0;
        while (sums[rank] < point) {
            rank++;
        }
        return rank;
    }
}
