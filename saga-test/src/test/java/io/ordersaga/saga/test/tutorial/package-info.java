/// The code of docs/tutorial.md, which quotes the regions between `tutorial:` and `tutorial-end`.
@NullMarked
package io.ordersaga.saga.test.tutorial;

import org.jspecify.annotations.NullMarked;
