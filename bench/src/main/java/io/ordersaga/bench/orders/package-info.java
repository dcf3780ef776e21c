/// What reading orders costs in a shop that has few of them and in one that has many, and whether the statements that
/// the services run most find an index.
@NullMarked
package io.ordersaga.bench.orders;

import org.jspecify.annotations.NullMarked;
