package io.ordersaga.saga.client;

import java.sql.SQLException;
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
/// @param status 200 done, 409 refused, 400 no call of a coordinator, 500 nobody knows and the
///     coordinator asks again
/// @param body JSON
public record BranchAnswer(int status, String body) {
    /// The only status that DTM takes for a success.
    static final int DONE = 200;

    static final int REFUSED = 409;
    private static final int INVALID = 400;
    private static final int ONGOING = 425;
    private static final int UNKNOWN = 500;

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
            return new BranchAnswer(INVALID, "{\"message\":" + quoted(String.valueOf(e.getMessage())) + "}");
        }
        try {
            work.run(branch);
            return new BranchAnswer(DONE, "{\"dtm_result\":\"SUCCESS\"}");
        } catch (BranchRefusedException e) {
            return new BranchAnswer(
                    REFUSED,
                    "{\"dtm_result\":\"FAILURE\",\"reason\":" + quoted(e.reason()) + ",\"message\":"
                            + quoted(String.valueOf(e.getMessage())) + "}");
        } catch (BranchOngoingException e) {
            return new BranchAnswer(
                    ONGOING, "{\"dtm_result\":\"ONGOING\",\"message\":" + quoted(String.valueOf(e.getMessage())) + "}");
        } catch (SQLException | RuntimeException e) {
            // The border of the request: nothing of the failure may reach whoever called.
            log.error("Branch {} failed and is called again", branch, e);
            return new BranchAnswer(UNKNOWN, "{\"message\":\"failed, to be called again\"}");
        }
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
        return json.append('"').toString();
    }
}
