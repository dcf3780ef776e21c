package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.ordersaga.transcoder.transcoding.Contracts;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/// The HTTP mapping of `google/api/http.proto`, example by example, through the running gateway to a gRPC server that
/// gives every request back. The right column is the request that the server saw, in protobuf's text format.
class ConformanceTest {
    @TestConfiguration(proxyBeanMethods = false)
    static class ConformanceContracts {
        @Bean
        @Primary
        Contracts conformanceContracts() {
            return TestContracts.conformance();
        }
    }

    private static FakeUpstream upstream;
    private static RunningGateway gateway;
    private static Contracts contracts;

    @BeforeAll
    static void start() {
        contracts = TestContracts.conformance();
        upstream = FakeUpstream.start();
        gateway = RunningGateway.start(
                new SpringApplicationBuilder(GatewayApp.class, ConformanceContracts.class),
                Map.of(
                        "spring.config.location",
                        "classpath:/conformance.yaml",
                        "ordersaga.gateway.upstreams.echo.target",
                        upstream.target()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void forget() {
        upstream.reset();
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvFileSource(resources = "/conformance-requests.csv", delimiter = '|', quoteCharacter = '\0')
    void requestReachesTheRpcAsTheRuleSays(String method, String path, String body, String rpc, String message) {
        RunningGateway.Reply reply = body == null
                ? gateway.send(method, path, BodyPublishers.noBody())
                : gateway.sendJson(method, path, body);

        assertThat(reply.code()).as(reply.text()).isEqualTo(200);
        assertThat(received()).isEqualTo("conformance." + rpc + " " + (message == null ? "" : message));
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/conformance-queries.csv", delimiter = '|', quoteCharacter = '\0')
    void queryParametersBecomeFields(String query, String message) {
        RunningGateway.Reply reply = gateway.get("/all?" + query);

        assertThat(reply.code()).as(reply.text()).isEqualTo(200);
        assertThat(received()).isEqualTo("conformance.Everything/Post " + (message == null ? "" : message));
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/conformance-refusals.csv", delimiter = '|', quoteCharacter = '\0')
    void whatDoesNotFitIsRefusedByName(String method, String path, String body, String violation) {
        RunningGateway.Reply reply = body == null
                ? gateway.send(method, path, BodyPublishers.noBody())
                : gateway.sendJson(method, path, body);

        assertThat(reply.code()).as(reply.text()).isEqualTo(400);
        assertThat(reply.violations()).containsExactly(violation);
        assertThat(upstream.calls()).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            POST   | /precedence/literal       | 405 | GET, HEAD
            DELETE | /all                      | 405 | GET, HEAD, POST
            GET    | /precedence/x:act         | 405 | POST
            GET    | /custom/x                 | 405 | PURGE
            GET    | /list                     | 405 | POST
            GET    | /nothing                  | 405 | DELETE
            GET    | /nothing/                 | 404 |
            GET    | /query/v1/messages/       | 404 |
            GET    | /query/v1/messages        | 404 |
            GET    | /query/v1/messages/1/2    | 404 |
            GET    | /query/v1/%6Dessages/1    | 200 |
            GET    | /Query/v1/messages/1      | 404 |
            GET    | //query/v1/messages/1     | 404 |
            GET    | /query/../all             | 404 |
            GET    | /verbs:LIST               | 404 |
            GET    | /within/shelves/1/pages/3 | 404 |
            OPTIONS| /all                      | 204 | GET, HEAD, POST
            OPTIONS| /unknown                  | 404 |
            """)
    void unknownPathsAndMethodsAreTold(String method, String path, int code, String allow) {
        RunningGateway.Reply reply = gateway.send(method, path, BodyPublishers.noBody());

        assertThat(reply.code()).as(reply.text()).isEqualTo(code);
        assertThat(reply.header("Allow")).isEqualTo(allow == null ? "" : allow);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            /list  | {"numbers":[1,2]}      | [1,2]
            /list  | {}                     | []
            /child | {"child":{"number":1}} | {"text":"","number":1}
            /child | {}                     | {"text":"","number":0}
            /text  | {"text":"\\"x\\""}     | "\\"x\\""
            """)
    void responseBodyShowsOneField(String path, String body, String expected) {
        assertThat(gateway.postJson(path, body).text()).isEqualTo(expected);
    }

    @Test
    void responsesShowZerosAndWrite64BitNumbersAsStrings() {
        String text = gateway.postJson("/all", "{\"i64\":7,\"typed\":null}").text();

        assertThat(text)
                .contains("\"i64\":\"7\"", "\"i32\":0", "\"numbers\":[]", "\"counts\":{}", "\"userId\":\"0\"")
                .contains("\"color\":\"COLOR_UNSPECIFIED\"", "\"snakeCaseNames\":[]")
                .doesNotContain("maybe", "\"child\"", "left", "moment");
    }

    @Test
    void headIsAnsweredLikeGetWithoutABody() {
        RunningGateway.Reply reply = gateway.send("HEAD", "/precedence/x", BodyPublishers.noBody());

        assertThat(reply.code()).isEqualTo(200);
        assertThat(reply.header("Content-Length")).isEqualTo(String.valueOf("{\"one\":\"x\",\"rest\":\"\"}".length()));
        assertThat(reply.body()).isEmpty();
    }

    private static String received() {
        FakeUpstream.Call call = upstream.calls().getFirst();
        String service = call.method().substring(0, call.method().indexOf('/'));
        String rpc = call.method().substring(service.length() + 1);
        DynamicMessage request = contracts.services().stream()
                .filter(candidate -> candidate.getFullName().equals(service))
                .findFirst()
                .map(candidate -> candidate.findMethodByName(rpc).getInputType())
                .map(type -> {
                    try {
                        return DynamicMessage.parseFrom(type, call.payload());
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .orElseThrow();
        String text = TextFormat.printer()
                .escapingNonAscii(false)
                .emittingSingleLine(true)
                .printToString(request)
                .strip();
        return call.method() + " " + text;
    }
}
