package io.ordersaga.simulation.kernel;

/// The only source of chance: SplitMix64, the same numbers for the same seed on every JVM.
public final class Rng {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    public Rng(long seed) {
        // Neighbouring seeds must not begin alike.
        this.state = mix(seed + GOLDEN);
    }

    public long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    /// From 0 to `bound` - 1.
    public int below(int bound) {
        return (int) (((nextLong() >>> 33) * bound) >>> 31);
    }

    /// From `low` to `high`, both included.
    public long between(long low, long high) {
        return low + (long) (fraction() * (high - low + 1));
    }

    public boolean chance(double probability) {
        return probability > 0 && fraction() < probability;
    }

    public double fraction(double low, double high) {
        return low + fraction() * (high - low);
    }

    /// Another source, with numbers of its own.
    public Rng split() {
        return new Rng(nextLong());
    }

    private double fraction() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
