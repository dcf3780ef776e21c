/// The operators' desk: the API `saga.v1` over gRPC and HTTP, who may use it, and the admin page, which
/// uses nothing but that API. Sees the engine; what it needs of the store and of dispatch it asks for as
/// interfaces that the wiring fills.
@NullMarked
package io.ordersaga.coordinator.admin;

import org.jspecify.annotations.NullMarked;
