package io.ordersaga.transcoder.http;

import com.google.protobuf.ByteString;
import io.ordersaga.transcoder.errors.Failures;
import io.ordersaga.transcoder.transcoding.BadRequestException;
import io.ordersaga.transcoder.transcoding.Route;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/// Reads the body of a request, never more of it than is allowed.
public final class RequestBody {
    private static final ByteString EMPTY_OBJECT = ByteString.copyFromUtf8("{}");

    private final int bytesMax;

    /// Of bodies up to a size.
    ///
    /// @param bytesMax of a body
    public RequestBody(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    ByteString read(HttpServletRequest request, Route.Body expected) throws BadRequestException {
        // A body that says that it is too large is not even begun.
        if (request.getContentLengthLong() > bytesMax) {
            throw Failures.bodyTooLarge(bytesMax).asException();
        }
        byte[] body = readLimited(request);
        switch (expected) {
            case Route.NoBody() -> {
                if (body.length > 0) {
                    throw BadRequestException.malformed("this route takes no body");
                }
            }
            case Route.WholeBody(), Route.FieldBody(var _) -> {
                if (body.length == 0 && request.getContentType() == null) {
                    // A deed that needs no further words, such as `curl -X POST .../orders/1:cancel`.
                    return EMPTY_OBJECT;
                }
                if (!isJson(request.getContentType())) {
                    throw Failures.unsupportedMediaType().asException();
                }
            }
            // Whatever it is, the service knows it.
            case Route.RawBody(var _) -> {}
        }
        return ByteString.copyFrom(body);
    }

    private byte[] readLimited(HttpServletRequest request) throws BadRequestException {
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(bytesMax + 1);
        } catch (IOException e) {
            // Ends before its announced length, has broken chunks, or comes too slowly.
            throw BadRequestException.malformed("the body could not be read to its end");
        }
        if (body.length > bytesMax) {
            throw Failures.bodyTooLarge(bytesMax).asException();
        }
        return body;
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        try {
            MediaType type = MediaType.parseMediaType(contentType);
            Charset charset = type.getCharset();
            return type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
                    && (charset == null || charset.equals(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // No media type, or a charset that does not exist.
            return false;
        }
    }
}
