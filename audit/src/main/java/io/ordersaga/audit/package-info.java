/// What must be true of the shop's rows at any time, over all schemas: a list of [Invariant]s, each a query that
/// returns
/// the rows that break it. Nothing is changed by it, and its database user could not.
///
/// This is the only SQL that crosses schemas. It reads one snapshot of one server (or of a replica that has all
/// schemas), so that no row is seen before and another after the same moment. What is legal only while a saga runs is
/// excused as long as that saga is open or the row is young; see [Invariant].
@NullMarked
package io.ordersaga.audit;

import org.jspecify.annotations.NullMarked;
