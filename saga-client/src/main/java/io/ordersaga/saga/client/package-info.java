/// The Java client: saga builder, DTM client, branch context and barrier; no Spring.
@NullMarked
package io.ordersaga.saga.client;

import org.jspecify.annotations.NullMarked;
