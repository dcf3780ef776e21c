/// The saga coordinator: a pure engine, and around it the store, dispatch and transports that never see each
/// other. Only [Wiring] knows them all.
@NullMarked
package io.ordersaga.coordinator;

import org.jspecify.annotations.NullMarked;
