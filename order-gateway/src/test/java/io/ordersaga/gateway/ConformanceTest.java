package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.ordersaga.gateway.transcoding.Contracts;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        Contracts conformanceContracts() throws IOException {
            return readContracts();
        }
    }

    private static FakeUpstream upstream;
    private static RunningGateway gateway;
    private static Contracts contracts;

    static Contracts readContracts() throws IOException {
        try (InputStream descriptors = ConformanceTest.class.getResourceAsStream("/conformance.binpb")) {
            return Contracts.read(java.util.Objects.requireNonNull(descriptors));
        }
    }

    @BeforeAll
    static void start() throws IOException {
        contracts = readContracts();
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
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            GET    | /named/v1/messages/123456                     |                   | GetByName/GetMessage        | name: "messages/123456"
            GET    | /named/v1/messages/a%20b%2Fc                  |                   | GetByName/GetMessage        | name: "messages/a b%2Fc"
            GET    | /query/v1/messages/123456?revision=2&sub.subfield=foo | | GetWithQuery/GetMessage | message_id: "123456" revision: 2 sub { subfield: "foo" }
            GET    | /query/v1/messages/a%2Fb%3Fc                  |                   | GetWithQuery/GetMessage     | message_id: "a/b?c"
            GET    | /query/v1/messages/a+b%2Bc                    |                   | GetWithQuery/GetMessage     | message_id: "a+b+c"
            PATCH  | /field/v1/messages/123456                     | {"text":"Hi!"}    | UpdateByField/UpdateMessage | message_id: "123456" message { text: "Hi!" }
            PATCH  | /field/v1/messages/123456?validateOnly=true   | {"text":"Hi!"}    | UpdateByField/UpdateMessage | message_id: "123456" message { text: "Hi!" } validate_only: true
            PATCH  | /whole/v1/messages/123456                     | {"text":"Hi!"}    | UpdateByWhole/UpdateMessage | message_id: "123456" text: "Hi!"
            PATCH  | /whole/v1/messages/path                       | {"messageId":"body"} | UpdateByWhole/UpdateMessage | message_id: "path"
            GET    | /either/v1/messages/123456                    |                   | GetByEither/GetMessage      | message_id: "123456"
            GET    | /either/v1/users/me/messages/123456           |                   | GetByEither/GetMessage      | message_id: "123456" user_id: "me"
            GET    | /precedence/literal                           |                   | Everything/Literal          |
            GET    | /precedence/%6Citeral                         |                   | Everything/Literal          |
            GET    | /precedence/other                             |                   | Everything/One              | one: "other"
            GET    | /precedence/posted                            |                   | Everything/One              | one: "posted"
            POST   | /precedence/posted                            |                   | Everything/Literal          |
            POST   | /precedence/other:act                         |                   | Everything/One              | one: "other"
            POST   | /precedence/a:b:act                           |                   | Everything/One              | one: "a:b"
            GET    | /precedence/other:unknown                     |                   | Everything/One              | one: "other:unknown"
            GET    | /precedence/a/b/c                             |                   | Everything/Rest             | rest: "a/b/c"
            GET    | /precedence                                   |                   | Everything/Rest             |
            GET    | /precedence/a/b%2fc/d                         |                   | Everything/Rest             | rest: "a/b%2fc/d"
            GET    | /rest/a/b:export                              |                   | Everything/Rest             | rest: "a/b"
            GET    | /within/shelves/1/books/2/pages/3             |                   | Everything/Rest             | one: "3" rest: "shelves/1/books/2"
            PURGE  | /custom/x                                     |                   | Everything/Rest             | one: "x"
            GET    | /any-method/x                                 |                   | Everything/Rest             | one: "x"
            DELETE | /any-method/y                                 |                   | Everything/Rest             | one: "y"
            GET    | /unbound/anything/x                           |                   | Everything/Rest             | one: "x"
            GET    | /verbs:list                                   |                   | Everything/Rest             |
            DELETE | /nothing                                      |                   | Everything/Nothing          |
            GET    | /typed/-5/RED/true                            |                   | Everything/ByType           | i32: -5 flag: true color: RED
            GET    | /typed/7/2/false                              |                   | Everything/ByType           | i32: 7 color: GREEN
            GET    | /moments/2026-01-02T03:04:05.006Z             |                   | Everything/ByType           | moment { seconds: 1767323045 nanos: 6000000 }
            GET    | /children/deep/42                             |                   | Everything/ByType           | child { number: 42 child { text: "deep" } }
            POST   | /all/t/numbers                                | [1,"2",3.0]       | Everything/Post             | text: "t" numbers: 1 numbers: 2 numbers: 3
            POST   | /all/t/numbers?child.number=7&flag=true       | []                | Everything/Post             | flag: true text: "t" child { number: 7 }
            PUT    | /all/t/child                                  | {"number":7}      | Everything/Post             | text: "t" child { number: 7 }
            PUT    | /all/t/moment                                 | "1970-01-01T00:00:01Z" | Everything/Post        | text: "t" moment { seconds: 1 }
            """)
    void requestReachesTheRpcAsTheRuleSays(String method, String path, String body, String rpc, String message)
            throws IOException {
        RunningGateway.Reply reply = body == null
                ? gateway.send(method, path, java.net.http.HttpRequest.BodyPublishers.noBody())
                : gateway.sendJson(method, path, body);

        assertThat(reply.code()).as(reply.text()).isEqualTo(200);
        assertThat(received()).isEqualTo("conformance." + rpc + " " + (message == null ? "" : message));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            i32=-1&u32=2&i64=-3&u64=18446744073709551615 | i32: -1 u32: 2 i64: -3 u64: 18446744073709551615
            i32=1.0e1&s32=-2147483648&f64=9              | i32: 10 s32: -2147483648 f64: 9
            real=1.5&precise=-Infinity&flag=true         | real: 1.5 precise: -Infinity flag: true
            text=a+b%26%C3%A9&raw=AP-_                   | text: "a b&é" raw: "\\000\\377\\277"
            text=                                        |
            text=&maybe=                                 | maybe: ""
            color=GREEN&colors=RED&colors=2              | color: GREEN colors: RED colors: GREEN
            child.number=1&child.child.text=x            | child { number: 1 child { text: "x" } }
            numbers=1&numbers=2&numbers=3                | numbers: 1 numbers: 2 numbers: 3
            snakeCaseNames=a&snake_case_names=b          | snake_case_names: "a" snake_case_names: "b"
            userId=1                                     | userID: 1
            userID=2                                     | userID: 2
            right=3                                      | right: 3
            moment=1970-01-01T00:00:01Z&length=1.5s      | moment { seconds: 1 } length { seconds: 1 nanos: 500000000 }
            moment=1970-01-01T01:00:01%2B01:00           | moment { seconds: 1 }
            readMask=text,child.number                   | read_mask { paths: "text" paths: "child.number" }
            read_mask=snakeCaseNames                     | read_mask { paths: "snake_case_names" }
            boxed=5&boxedText=x                          | boxed { value: 5 } boxed_text { value: "x" }
            &&i32=1&                                     | i32: 1
            """)
    void queryParametersBecomeFields(String query, String message) throws IOException {
        RunningGateway.Reply reply = gateway.get("/all?" + query);

        assertThat(reply.code()).as(reply.text()).isEqualTo(200);
        assertThat(received()).isEqualTo("conformance.Everything/Post " + (message == null ? "" : message));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            GET  | /all?i32=x              |             | i32: expected a whole number from -2147483648 to 2147483647
            GET  | /all?u32=-1             |             | u32: expected a whole number from 0 to 4294967295
            GET  | /all?nope=1             |             | nope: unknown query parameter
            GET  | /all?child=1            |             | child: cannot be a query parameter; name a field inside it
            GET  | /all?child.nope=1       |             | child.nope: unknown query parameter
            GET  | /all?text.x=1           |             | text.x: unknown query parameter
            GET  | /all?counts=1           |             | counts: cannot be a query parameter; name a field inside it
            GET  | /all?children.number=1  |             | children.number: unknown query parameter
            GET  | /all?i32=1&i32=2        |             | i32: given twice
            GET  | /all?flag=yes           |             | flag: expected true or false
            GET  | /all?color=BLUE         |             | color: expected one of COLOR_UNSPECIFIED, RED, GREEN
            GET  | /all?color=9            |             | color: expected one of COLOR_UNSPECIFIED, RED, GREEN
            GET  | /all?moment=now         |             | moment: expected a time such as 2026-01-31T23:59:59.999Z
            GET  | /all?length=1           |             | length: expected a duration in seconds such as 1.5s
            GET  | /all?raw=*              |             | raw: expected base64
            GET  | /all?text=%C3           |             | : the percent-encoding of the query is broken
            GET  | /typed/x/RED/true       |             | i32: expected a whole number from -2147483648 to 2147483647
            GET  | /typed/1/RED/1          |             | flag: expected true or false
            GET  | /children/deep/x        |             | child.number: expected a whole number from -2147483648 to 2147483647
            GET  | /query/v1/messages/1?messageId=2 |    | messageId: unknown query parameter
            PUT  | /all/t/child?child.number=1 | {}      | child.number: unknown query parameter
            POST | /all?i32=1              | {}          | i32: unknown query parameter; here all fields come with the body
            POST | /all/t/numbers          | {}          | numbers: expected an array
            POST | /all/t/numbers          | [1,"x"]     | numbers[1]: expected a whole number from -2147483648 to 2147483647
            PUT  | /all/t/child            | 5           | child: expected an object
            """)
    void whatDoesNotFitIsRefusedByName(String method, String path, String body, String violation) {
        RunningGateway.Reply reply = body == null
                ? gateway.send(method, path, java.net.http.HttpRequest.BodyPublishers.noBody())
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
        RunningGateway.Reply reply =
                gateway.send(method, path, java.net.http.HttpRequest.BodyPublishers.noBody());

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
        RunningGateway.Reply reply = gateway.send(
                "HEAD", "/precedence/x", java.net.http.HttpRequest.BodyPublishers.noBody());

        assertThat(reply.code()).isEqualTo(200);
        assertThat(reply.header("Content-Length")).isEqualTo(String.valueOf("{\"one\":\"x\",\"rest\":\"\"}".length()));
        assertThat(reply.bytes()).isEmpty();
    }

    private static String received() throws InvalidProtocolBufferException {
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
