/// The command line ./ordersaga: the embedded database and the six programs as processes.
@NullMarked
package io.ordersaga.stack;

import org.jspecify.annotations.NullMarked;
