/// Topics and what else DTM's clients keep under a category and a key, for operators.
@NullMarked
package io.ordersaga.coordinator.admin.topic;

import org.jspecify.annotations.NullMarked;
