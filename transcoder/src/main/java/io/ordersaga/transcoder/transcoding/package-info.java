/// HTTP and JSON to gRPC and back, from the `google.api.http` annotations of any descriptor set. Pure: no servlet, no
/// channel, no Spring; bytes and strings in, messages out, and every bad value named by its field path.
@NullMarked
package io.ordersaga.transcoder.transcoding;

import org.jspecify.annotations.NullMarked;
