/// saga-client in a Spring Boot program. With this module on the class path there is a
/// [io.ordersaga.saga.client.DtmClient] from `ordersaga.saga-client.*`, and with a database a
/// [io.ordersaga.saga.client.Barrier] whose rows are written in Spring's transactions; a gRPC server of
/// Spring's gets the branch context. A bean of the program's own takes the place of each.
@NullMarked
package io.ordersaga.saga.spring;

import org.jspecify.annotations.NullMarked;
