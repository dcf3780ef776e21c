package io.ordersaga.transcoder.errors;

import com.google.rpc.Code;

/// The canonical HTTP code of each `google.rpc.Code`, as the comments in `google/rpc/code.proto` give it.
final class HttpCodes {
    static final int CLIENT_CLOSED_REQUEST = 499;

    private HttpCodes() {}

    static int of(Code code) {
        return switch (code) {
            case OK -> 200;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, ABORTED -> 409;
            case RESOURCE_EXHAUSTED -> 429;
            case CANCELLED -> CLIENT_CLOSED_REQUEST;
            case UNKNOWN, INTERNAL, DATA_LOSS, UNRECOGNIZED -> 500;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
        };
    }
}
