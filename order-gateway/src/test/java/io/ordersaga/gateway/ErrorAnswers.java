package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.transcoder.http.Answer;
import io.ordersaga.transcoder.http.RequestId;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What holds for every error answer, whatever the error.
final class ErrorAnswers {
    /// Class names, stack traces, Java packages, SQL, markup.
    private static final Pattern INSIDES = Pattern.compile("[A-Za-z](Exception|Error)\\b|\\bat [a-z]+\\.[a-z]|"
            + "\\b(java|javax|jakarta|org|io|tools)\\.[a-z]+\\.|com\\.google\\.|"
            + "grpc|Netty|Tomcat|Jackson|SELECT |INSERT |<html");

    private ErrorAnswers() {}

    static void assertError(RunningGateway.Reply reply, int code, String reason) {
        assertThat(reply.code()).as(reply.text()).isEqualTo(code);
        assertThat(reply.header("Content-Type")).isEqualTo(Answer.JSON);
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("Cache-Control")).isEqualTo("private, no-cache");
        JsonNode error = reply.json().path("error");
        assertThat(error.path("code").asInt()).isEqualTo(code);
        assertThat(error.path("message").asString()).isNotBlank();
        assertThat(error.path("status").asString()).isNotBlank();
        assertThat(reply.reason()).isEqualTo(reason);
        assertThat(reply.detail("ErrorInfo").path("domain").asString()).isNotBlank();
        assertThat(reply.detail("RequestInfo").path("requestId").asString())
                .isEqualTo(reply.header(RequestId.HEADER))
                .isNotBlank();
        assertTellsNothingOfTheInside(reply);
    }

    static void assertTellsNothingOfTheInside(RunningGateway.Reply reply) {
        assertThat(INSIDES.matcher(reply.text()).results().map(MatchResult::group))
                .as(reply.text())
                .isEmpty();
        assertThat(reply.headers()).doesNotContainKeys("server", "x-powered-by");
    }
}
