package io.ordersaga.audit;

/// Something that is true of the rows of all schemas, and the query that finds the rows of which it is not.
///
/// The query names a schema as `{order}`, `{stock}`, `{coupon}`, `{pay}` or `{saga}`. Its rows are what a person needs
/// to
/// find the rest: ids first, then the values that disagree. Two more names stand for what is legal while sagas run:
///
/// - `{busy}`: the ids of orders on which a saga is open, as a subquery. Steps of a saga happen one after the other, so
///   in between the schemas may disagree about its order; a saga that stays open is found by rules of its own.
/// - `{grace}`: how many seconds a row must be at rest before it counts. It covers what happens before a saga is
///   submitted and after it has ended, and jobs that run by the minute.
///
/// @param rule such as `I2-reserved`: the number of the rule in docs/audit.md and what it is about; names the metric
/// @param promise what is true, in one sentence
/// @param violations the query
public record Invariant(String rule, String promise, String violations) {}
