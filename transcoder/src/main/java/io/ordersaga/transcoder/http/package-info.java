/// The way of an HTTP request to an rpc and back: [Pipeline]. What differs from program to program are
/// its parts: which routes there are, where calls go ([Calls]), what a call says of who makes it
/// ([Edge]), and documents of its own ([OwnPages]).
@NullMarked
package io.ordersaga.transcoder.http;

import org.jspecify.annotations.NullMarked;
