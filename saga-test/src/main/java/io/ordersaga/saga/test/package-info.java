/// For tests of programs that start transactions or take part in them: the coordinator's own engine,
/// dispatch and transport in this JVM, with its table in memory and on a clock that skips the waits.
///
/// Annotate a test class with [io.ordersaga.saga.test.SagaTest], and take a
/// [io.ordersaga.saga.test.TestCoordinator] as a parameter.
@NullMarked
package io.ordersaga.saga.test;

import org.jspecify.annotations.NullMarked;
