/// The whole system as real processes on a real database, used through its front doors: buys, breaks, kills, and then
/// checks the books in every schema.
@NullMarked
package io.ordersaga.e2e;

import org.jspecify.annotations.NullMarked;
