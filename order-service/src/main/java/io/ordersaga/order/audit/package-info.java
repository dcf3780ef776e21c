/// Serves the audit of all schemas to staff, runs it now and then, and tells its result as a metric. The rules are
/// those of
/// [io.ordersaga.audit]; this package reads no table of its own and none of another service but as the auditor, who may
/// change nothing.
@NullMarked
package io.ordersaga.order.audit;

import org.jspecify.annotations.NullMarked;
