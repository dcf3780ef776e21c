/// The Java client of DTM's saga protocol, for programs that start sagas and programs that take part in them; no
/// Spring.
///
/// An initiator describes a [io.ordersaga.saga.client.Saga] and hands it to a [io.ordersaga.saga.client.DtmClient]. A
/// participant reads who calls from [io.ordersaga.saga.client.BranchContext] and runs its work through
/// [io.ordersaga.saga.client.Barrier], which makes each branch operation take effect once, however often and in
/// whatever
/// order the coordinator's calls arrive.
@NullMarked
package io.ordersaga.saga.client;

import org.jspecify.annotations.NullMarked;
