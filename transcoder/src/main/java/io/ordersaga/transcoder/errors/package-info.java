/// What goes wrong, as a `google.rpc.Status`, an HTTP code, and JSON in the two forms that clients may ask for. Nothing
/// of the inside gets out: no class name, no stack trace, no text that a library wrote.
@NullMarked
package io.ordersaga.transcoder.errors;

import org.jspecify.annotations.NullMarked;
