/// Participants that run as processes of their own.
@NullMarked
package io.ordersaga.bench.participant;

import org.jspecify.annotations.NullMarked;
