package io.ordersaga.saga.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test class with a coordinator of its own: parameters of type [TestCoordinator], and of type
/// [io.ordersaga.saga.client.DtmClient], of its constructor and methods receive it. It starts with the
/// first of them, in some tens of milliseconds, and ends with the class.
///
/// ```java
/// @SagaTest
/// class PlaceOrderTest {
///     @Test
///     void isUndoneWhenThereIsNoStock(TestCoordinator coordinator, DtmClient client) {
///         String stock = coordinator.serve(new StockBranches());
///         client.submit(saga("place-1", stock));
///         coordinator.settle();
///         assertThat(coordinator.find("place-1").status()).isEqualTo("failed");
///     }
/// }
/// ```
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SagaExtension.class)
public @interface SagaTest {}
