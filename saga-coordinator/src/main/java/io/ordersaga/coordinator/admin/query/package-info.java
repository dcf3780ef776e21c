/// What operators ask: lists, counts and groups by one [Filter], one transaction with the sentence that says why it is
/// where it is, and how all of them are doing. Reads only. Every question is bounded: what no index answers looks at so
/// many rows, and says so.
@NullMarked
package io.ordersaga.coordinator.admin.query;

import org.jspecify.annotations.NullMarked;
