package io.ordersaga.transcoder.errors;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorDetailsProto;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a failure as JSON: as AIP-193 says (`{"error": {"code", "message", "status", "details"}}`), or as RFC 9457
/// says when the client asked for `application/problem+json`.
public final class ErrorWriter {
    private static final TypeRegistry TYPES = TypeRegistry.newBuilder()
            .add(ErrorDetailsProto.getDescriptor().getMessageTypes())
            .build();
    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().usingTypeRegistry(TYPES).omittingInsignificantWhitespace();
    private static final JsonMapper JSON = new JsonMapper();

    private ErrorWriter() {}

    /// The form of AIP-193.
    public static ByteString error(HttpFailure failure, String requestId) {
        ObjectNode error = JSON.createObjectNode();
        error.put("code", failure.httpCode());
        error.put("message", failure.status().getMessage());
        error.put("status", nameOf(failure));
        ArrayNode details = error.putArray("details");
        failure.status().getDetailsList().forEach(detail -> add(details, detail));
        add(details, Any.pack(RequestInfo.newBuilder().setRequestId(requestId).build()));
        return bytes(JSON.createObjectNode().set("error", error));
    }

    /// The form of RFC 9457. The reason is the problem's type; a reason with its metadata is for programs, `errors` for
    /// forms.
    public static ByteString problem(HttpFailure failure, String requestId) {
        ObjectNode problem = JSON.createObjectNode();
        ErrorInfo info = detail(failure, ErrorInfo.class, ErrorInfo.getDefaultInstance());
        String words = info.getReason().toLowerCase(Locale.ROOT);
        problem.put("type", words.isEmpty() ? "about:blank" : "urn:ordersaga:problem:" + words.replace('_', '-'));
        problem.put("title", sentence(words.replace('_', ' ')));
        problem.put("status", failure.httpCode());
        problem.put("detail", failure.status().getMessage());
        problem.put("instance", "urn:ordersaga:request:" + requestId);
        problem.put("code", nameOf(failure));
        problem.put("reason", info.getReason());
        problem.put("domain", info.getDomain());
        ObjectNode metadata = problem.putObject("metadata");
        info.getMetadataMap().forEach(metadata::put);
        ArrayNode errors = problem.putArray("errors");
        detail(failure, BadRequest.class, BadRequest.getDefaultInstance())
                .getFieldViolationsList()
                .forEach(violation -> errors.addObject()
                        .put("field", violation.getField())
                        .put("detail", violation.getDescription()));
        return bytes(problem);
    }

    /// Whether a detail is of a type that clients know.
    static boolean isKnown(Any detail) {
        try {
            return TYPES.getDescriptorForTypeUrl(detail.getTypeUrl()) != null;
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private static void add(ArrayNode details, Any detail) {
        try {
            details.add(JSON.readTree(PRINTER.print(detail)));
        } catch (InvalidProtocolBufferException e) {
            // Bytes that are not what their type says; the other details are still worth having.
        }
    }

    private static <T extends Message> T detail(HttpFailure failure, Class<T> type, T absent) {
        for (Any detail : failure.status().getDetailsList()) {
            if (detail.is(type)) {
                try {
                    return detail.unpack(type);
                } catch (InvalidProtocolBufferException e) {
                    return absent;
                }
            }
        }
        return absent;
    }

    private static ByteString bytes(JsonNode json) {
        return ByteString.copyFrom(JSON.writeValueAsBytes(json));
    }

    private static String nameOf(HttpFailure failure) {
        Code code = Code.forNumber(failure.status().getCode());
        return code == null ? Code.UNKNOWN.name() : code.name();
    }

    private static String sentence(String words) {
        return words.isEmpty() ? "" : Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
