/// DTM's protocol: `dtmgimp.Dtm` over gRPC and `/api/dtmsvr` over HTTP on the way in, branches over both on the
/// way out.
///
/// Texts, codes and shapes are DTM's to the letter where clients look at them. Where DTM would crash, run
/// something twice or store what it can never run, we refuse and name the field.
@NullMarked
package io.ordersaga.coordinator.transport;

import org.jspecify.annotations.NullMarked;
