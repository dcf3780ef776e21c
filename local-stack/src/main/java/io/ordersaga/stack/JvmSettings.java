package io.ordersaga.stack;

import java.util.ArrayList;
import java.util.List;

/// How the programs' JVMs run.
///
/// @param flags of every program, among them the heap limit
/// @param startupCache whether a cache of loaded and linked classes is made once per jar and used at every start
public record JvmSettings(List<String> flags, boolean startupCache) {
    /// Netty and protobuf use what the JDK warns about; the warnings would be the first lines of every log.
    private static final List<String> QUIET =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    /// As in the images: a program without memory does half of what it should, and whoever waits for it waits.
    private static final String EXIT = "-XX:+ExitOnOutOfMemoryError";

    public JvmSettings {
        flags = List.copyOf(flags);
    }

    /// Ready soonest on a small machine: six programs share its cores while they start, so the costly second
    /// compiler and a collector with its own threads would only delay each other.
    ///
    /// Processor time until stock-service is ready: 12.0 s with the JVM's defaults, 5.3 s with these flags, 2.8 s
    /// with the cache too, and 3.0 s without a young generation that holds a whole start.
    public static JvmSettings fastStart() {
        return new JvmSettings(
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms128m", "-Xmn64m", "-Xmx256m"), true);
    }

    /// For measuring throughput: slower to start, all compilers.
    public static JvmSettings fullSpeed() {
        return new JvmSettings(List.of("-Xmx512m"), true);
    }

    public JvmSettings withoutStartupCache() {
        return new JvmSettings(flags, false);
    }

    /// What stands between `java` and `-jar`.
    public List<String> commandFlags() {
        List<String> all = new ArrayList<>(QUIET);
        all.add(EXIT);
        all.addAll(flags);
        return all;
    }
}
