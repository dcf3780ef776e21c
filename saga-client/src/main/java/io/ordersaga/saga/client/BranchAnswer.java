package io.ordersaga.saga.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a branch that is called over HTTP answers, for whichever HTTP server or framework the participant
/// has:
///
/// ```java
/// BranchAnswer answer = BranchAnswer.of(request.getQueryString(),
///         branch -> barrier.of(branch).call(connection -> stock.reserve(connection, body)));
/// response.setStatus(answer.status());
/// response.setContentType("application/json");
/// response.getWriter().write(answer.body());
/// ```
///
/// A refusal says why in the form that our coordinator reads, and hands to the compensations and to whoever
/// waits for the end: `{"dtm_result":"FAILURE","reason":"OUT_OF_STOCK","domain":"stock.ordersaga",
/// "metadata":{"product_id":"1"},"message":"..."}`. Domain and metadata are left out when there is none.
///
/// @param status 200 done, 409 refused, 425 not done yet, 400 no call of a coordinator; any other one says
///     that nobody knows, and the coordinator asks again
/// @param body JSON, with the word `FAILURE` in a refusal only and `ONGOING` only in what is not done yet:
///     coordinators that know DTM's old participants look for these words in any body
public record BranchAnswer(int status, String body) {
    /// The only status that DTM takes for a success.
    static final int DONE = 200;

    static final int REFUSED = 409;
    private static final int INVALID = 400;
    private static final int NOT_FOUND = 404;
    private static final int ONGOING = 425;
    private static final int TOO_MANY = 429;
    private static final int UNKNOWN = 500;
    private static final int UNAVAILABLE = 503;
    private static final int TOO_LATE = 504;

    private static final Logger log = LoggerFactory.getLogger(BranchAnswer.class);

    /// The work of a branch.
    @FunctionalInterface
    public interface Work {
        /// Throws [BranchRefusedException] to refuse; any other exception makes the coordinator ask
        /// again.
        void run(BranchContext branch) throws SQLException;
    }

    /// Reads who calls, runs the work, and makes the answer of what became of it. Throws nothing.
    ///
    /// @param rawQuery the query of the request as it came, percent-encoded, without its `?`; null when
    ///     there is none
    public static BranchAnswer of(@Nullable String rawQuery, Work work) {
        return of(rawQuery, null, work);
    }

    /// The same for a compensation that wants to know why: the branch has the rejection.
    ///
    /// @param rejection the request's header `saga-rejection-bin`, which our coordinator sends; null when
    ///     there is none
    public static BranchAnswer of(@Nullable String rawQuery, @Nullable String rejection, Work work) {
        BranchContext branch;
        try {
            branch = BranchContext.fromQuery(rawQuery == null ? "" : rawQuery).withRejection(rejection);
        } catch (InvalidBranchException e) {
            return new BranchAnswer(INVALID, message(String.valueOf(e.getMessage())));
        }
        try {
            work.run(branch);
            return done();
        } catch (BranchRefusedException e) {
            return of(e.toStatus());
        } catch (BranchOngoingException e) {
            return of(e.toStatus());
        } catch (SQLException | RuntimeException e) {
            // The border of the request: nothing of the failure may reach whoever called.
            log.error("Branch {} failed and is called again", branch, e);
            return new BranchAnswer(UNKNOWN, message("failed, to be called again"));
        }
    }

    /// The success.
    public static BranchAnswer done() {
        return new BranchAnswer(DONE, "{\"dtm_result\":\"SUCCESS\"}");
    }

    /// What a gRPC branch that ends with this status would answer over HTTP: `ABORTED` is a refusal,
    /// `FAILED_PRECONDITION` is not done yet, and everything else but `OK` is asked again.
    public static BranchAnswer of(Status status) {
        Code code = Code.forNumber(status.getCode());
        return switch (code == null ? Code.UNKNOWN : code) {
            case OK -> done();
            case ABORTED -> new BranchAnswer(REFUSED, refusal(status));
            case FAILED_PRECONDITION ->
                new BranchAnswer(
                        ONGOING, "{\"dtm_result\":\"ONGOING\",\"message\":" + quoted(status.getMessage()) + "}");
            case INVALID_ARGUMENT, OUT_OF_RANGE -> new BranchAnswer(INVALID, message(status.getMessage()));
            case NOT_FOUND, UNIMPLEMENTED -> new BranchAnswer(NOT_FOUND, message(status.getMessage()));
            case RESOURCE_EXHAUSTED -> new BranchAnswer(TOO_MANY, message(status.getMessage()));
            case UNAVAILABLE -> new BranchAnswer(UNAVAILABLE, message(status.getMessage()));
            case DEADLINE_EXCEEDED, CANCELLED -> new BranchAnswer(TOO_LATE, message(status.getMessage()));
            case UNKNOWN, ALREADY_EXISTS, PERMISSION_DENIED, UNAUTHENTICATED, INTERNAL, DATA_LOSS, UNRECOGNIZED ->
                new BranchAnswer(UNKNOWN, message(status.getMessage()));
        };
    }

    private static String refusal(Status status) {
        ErrorInfo why = ErrorInfo.getDefaultInstance();
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    why = detail.unpack(ErrorInfo.class);
                } catch (InvalidProtocolBufferException e) {
                    log.warn("Dropped a reason that is no google.rpc.ErrorInfo", e);
                }
            }
        }
        StringBuilder json = new StringBuilder("{\"dtm_result\":\"FAILURE\"");
        if (!why.getReason().isEmpty()) {
            json.append(",\"reason\":").append(quoted(why.getReason()));
        }
        if (!why.getDomain().isEmpty()) {
            json.append(",\"domain\":").append(quoted(why.getDomain()));
        }
        if (why.getMetadataCount() > 0) {
            String separator = ",\"metadata\":{";
            for (Map.Entry<String, String> value : new TreeMap<>(why.getMetadataMap()).entrySet()) {
                json.append(separator)
                        .append(quoted(value.getKey()))
                        .append(':')
                        .append(quoted(value.getValue()));
                separator = ",";
            }
            json.append('}');
        }
        return json.append(",\"message\":")
                .append(quoted(status.getMessage()))
                .append('}')
                .toString();
    }

    private static String message(String text) {
        return "{\"message\":" + quoted(text) + "}";
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        // The two words mean something wherever they stand, so in a text they are written differently.
        return json.append('"').toString().replace("ONGOING", "\\u004fNGOING").replace("FAILURE", "\\u0046AILURE");
    }
}
