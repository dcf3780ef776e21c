package io.ordersaga.simulation;

import io.ordersaga.simulation.world.Parts;
import io.ordersaga.simulation.world.World;
import java.util.ArrayList;
import java.util.List;

/// Prints the trace hashes of some seeds: what another JVM is asked for.
final class Hashes {

    private Hashes() {}

    public static void main(String[] arguments) {
        of(Long.parseLong(arguments[0]), Long.parseLong(arguments[1])).forEach(System.out::println);
    }

    static List<String> of(long from, long count) {
        List<String> hashes = new ArrayList<>();
        for (long seed = from; seed < from + count; seed++) {
            hashes.add(Long.toHexString(
                    new World(seed, Parts.PRODUCTION, null).run().hash()));
        }
        return hashes;
    }
}
