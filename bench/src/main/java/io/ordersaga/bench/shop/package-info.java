/// Shoppers who use the shop over HTTP as people do, impatiently and all at once, while its services are killed. What
/// they were told is compared with what the shop knows in the end.
@NullMarked
package io.ordersaga.bench.shop;

import org.jspecify.annotations.NullMarked;
