/// How long finished transactions are kept, and what they cost. A node at a time purges, in small batches.
@NullMarked
package io.ordersaga.coordinator.admin.retention;

import org.jspecify.annotations.NullMarked;
