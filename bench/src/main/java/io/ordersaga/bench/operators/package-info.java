/// What operators and their browsers do with a coordinator whose store is full of sagas.
@NullMarked
package io.ordersaga.bench.operators;

import org.jspecify.annotations.NullMarked;
