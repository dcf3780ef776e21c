/// HTTP to gRPC from the http annotations in proto; knows no order rule.
@NullMarked
package io.ordersaga.gateway;

import org.jspecify.annotations.NullMarked;
