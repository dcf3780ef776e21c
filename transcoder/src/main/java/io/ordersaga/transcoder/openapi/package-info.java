/// The OpenAPI 3.1 document of the routes, from the same descriptors: comments become descriptions, field rules become
/// constraints. Nothing in it is written by hand but the form of errors.
@NullMarked
package io.ordersaga.transcoder.openapi;

import org.jspecify.annotations.NullMarked;
