package io.ordersaga.stack;

import java.util.List;
import java.util.Map;

/// What one start of one program has on top of its usual settings: a crash point, another time limit.
///
/// @param environment variables that win over the usual ones
/// @param jvmFlags further flags, for example `-Dname=value`
public record Overrides(Map<String, String> environment, List<String> jvmFlags) {
    public static final Overrides NONE = new Overrides(Map.of(), List.of());

    public Overrides {
        environment = Map.copyOf(environment);
        jvmFlags = List.copyOf(jvmFlags);
    }

    public static Overrides environment(Map<String, String> environment) {
        return new Overrides(environment, List.of());
    }
}
