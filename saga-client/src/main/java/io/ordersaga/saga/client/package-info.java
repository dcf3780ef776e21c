/// The Java client of DTM's protocol, for programs that start distributed transactions and programs that take part
/// in them; no Spring, and nothing of the coordinator.
///
/// An initiator describes a [io.ordersaga.saga.client.Saga], a [io.ordersaga.saga.client.Msg] or a
/// [io.ordersaga.saga.client.Tcc] and hands it to a [io.ordersaga.saga.client.DtmClient]. A participant reads who
/// calls from [io.ordersaga.saga.client.BranchContext], or lets [io.ordersaga.saga.client.BranchAnswer] do so, and
/// runs its work through [io.ordersaga.saga.client.Barrier], which makes each branch operation take effect once,
/// however often and in whatever order the coordinator's calls arrive.
@NullMarked
package io.ordersaga.saga.client;

import org.jspecify.annotations.NullMarked;
