package io.ordersaga.coordinator.transport;

import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// DTM's `/api/json-rpc`: the same requests in an envelope. The status is always 200; what went wrong is in the
/// envelope's `error`.
final class JsonRpc {

    private static final int PARSE_ERROR = -32_700;
    private static final int INVALID_REQUEST = -32_600;
    private static final int METHOD_NOT_FOUND = -32_601;
    private static final int OTHER = -32_603;
    private static final int FAILURE = -32_901;
    private static final int ONGOING = -32_902;

    private final ClientRequests requests;

    JsonRpc(ClientRequests requests) {
        this.requests = requests;
    }

    ServerResponse answer(byte[] body, Optional<String> traceparent) {
        Optional<JsonNode> parsed = Json.parse(body).filter(JsonNode::isObject);
        if (parsed.isEmpty()) {
            return error("", PARSE_ERROR, "the body must be a JSON object");
        }
        JsonNode request = parsed.get();
        String id = request.path("id").isString() ? request.path("id").asString() : "";
        if (id.isEmpty() || !"2.0".equals(request.path("jsonrpc").asString(""))) {
            return error(id, INVALID_REQUEST, "id must be a string and not empty, and jsonrpc must be 2.0");
        }
        String method = request.path("method").asString("");
        JsonNode params = request.path("params");
        try {
            return switch (method) {
                case "newGid" -> gid(id);
                case "prepare" -> result(id, requests.prepare(JsonForms.form(params, traceparent), Optional.empty()));
                case "submit" -> submit(id, params, traceparent);
                case "abort" -> result(id, requests.abort(JsonForms.form(params, traceparent), Optional.empty()));
                case "registerBranch" -> result(id, requests.register(JsonForms.branch(params)));
                default -> error(id, METHOD_NOT_FOUND, "there is no such method");
            };
        } catch (InvalidSagaException invalid) {
            return error(id, OTHER, HttpAnswers.words(invalid));
        } catch (StoreUnavailableException unavailable) {
            return error(
                    id, OTHER, SagaErrors.unavailable(Duration.ofSeconds(1)).getMessage());
        }
    }

    private ServerResponse submit(String id, JsonNode params, Optional<String> traceparent) {
        return requests.overload()
                .map(overloaded -> error(
                        id,
                        OTHER,
                        SagaErrors.overloaded(overloaded.retryAfter()).getMessage()))
                .orElseGet(() -> result(id, requests.submit(JsonForms.form(params, traceparent), Optional.empty())));
    }

    private static ServerResponse gid(String id) {
        ObjectNode body = envelope(id).putNull("error");
        body.putObject("result").put("gid", ShortUuid.random()).put("dtm_result", "SUCCESS");
        return HttpAnswers.answer(HttpStatus.OK, body);
    }

    private static ServerResponse result(String id, Optional<Status> refusal) {
        if (refusal.isPresent()) {
            return error(
                    id, codeOf(HttpAnswers.codeOf(refusal.get())), refusal.get().getMessage());
        }
        ObjectNode body = envelope(id).putNull("error");
        body.putObject("result").put("dtm_result", "SUCCESS");
        return HttpAnswers.answer(HttpStatus.OK, body);
    }

    private static int codeOf(Code code) {
        return switch (code) {
            case ABORTED -> FAILURE;
            case FAILED_PRECONDITION -> ONGOING;
            default -> OTHER;
        };
    }

    private static ServerResponse error(String id, int code, String message) {
        ObjectNode body = envelope(id);
        body.putObject("error").put("code", code).put("message", message);
        return HttpAnswers.answer(HttpStatus.OK, body.putNull("result"));
    }

    private static ObjectNode envelope(String id) {
        return Json.object().put("jsonrpc", "2.0").put("id", id);
    }
}
