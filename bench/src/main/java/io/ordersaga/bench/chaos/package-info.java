/// Faults by a seeded schedule, real processes under load, and the audit.
@NullMarked
package io.ordersaga.bench.chaos;

import org.jspecify.annotations.NullMarked;
