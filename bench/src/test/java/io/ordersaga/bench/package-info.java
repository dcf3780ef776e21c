/// Tests of this module.
@NullMarked
package io.ordersaga.bench;

import org.jspecify.annotations.NullMarked;
