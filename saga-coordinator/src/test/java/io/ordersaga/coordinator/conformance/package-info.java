/// DTM's black-box contract, played against a running server: see `docs/dtm-compatibility.md`.
@NullMarked
package io.ordersaga.coordinator.conformance;

import org.jspecify.annotations.NullMarked;
