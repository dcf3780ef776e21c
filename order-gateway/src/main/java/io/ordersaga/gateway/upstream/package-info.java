/// Calls to the services behind the gateway: one channel, circuit breaker and bulkhead per upstream, a deadline on
/// every
/// call.
@NullMarked
package io.ordersaga.gateway.upstream;

import org.jspecify.annotations.NullMarked;
