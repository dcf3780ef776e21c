/// The commands `./ordersaga bench` and `./ordersaga chaos`: real processes, black box.
@NullMarked
package io.ordersaga.bench;

import org.jspecify.annotations.NullMarked;
