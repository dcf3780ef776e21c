/// When sagas run: a virtual thread per saga that is worked on, a loop that claims what is due, and another
/// that keeps the leases of what is running.
///
/// A lost wake-up costs one poll, a killed coordinator one lease, a stopped one nothing.
@NullMarked
package io.ordersaga.coordinator.dispatch;

import org.jspecify.annotations.NullMarked;
