/// A provider for development that anyone can pay with: its ledger, its pages, the notices that it sends, and
/// the adapter to it, which reaches it over HTTP as any other.
@NullMarked
package io.ordersaga.pay.mock;

import org.jspecify.annotations.NullMarked;
