/// What our Boot programs share: gRPC serving, error mapping, validation, log context, database wiring.
@NullMarked
package io.ordersaga.kit;

import org.jspecify.annotations.NullMarked;
