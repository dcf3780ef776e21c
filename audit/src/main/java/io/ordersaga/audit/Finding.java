package io.ordersaga.audit;

import java.time.Duration;
import java.util.List;

/// What the check of one [Invariant] found.
///
/// @param rule of the invariant
/// @param promise of the invariant
/// @param violations how many rows break it, 0 when all is well
/// @param examples the first of them, `name=value` for each column; at most as many as were asked for
/// @param took how long the query ran
public record Finding(String rule, String promise, long violations, List<String> examples, Duration took) {
    public Finding {
        examples = List.copyOf(examples);
    }
}
