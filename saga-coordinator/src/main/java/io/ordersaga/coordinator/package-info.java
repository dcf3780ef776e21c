/// The saga coordinator: pure engine, store, dispatch, DTM transports.
@NullMarked
package io.ordersaga.coordinator;

import org.jspecify.annotations.NullMarked;
