package io.ordersaga.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.ordersaga.transcoder.http.RequestTime;
import io.ordersaga.transcoder.transcoding.Contracts;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;

/// What the gateway knows by the names of fields, through real HTTP to a gRPC server by script: etags, keys of repeated
/// requests, waiting, partial updates, and bodies that are no JSON. A thing has the etag `v1`.
class ConventionsTest {
    private static final String GET = "conformance.Conventions/GetThing";
    private static final String UPDATE = "conformance.Conventions/UpdateThing";
    private static final String ACT = "conformance.Conventions/ActOnThing";
    private static final String PAGE = "conformance.Conventions/Page";

    private static FakeUpstream upstream;
    private static RunningGateway gateway;
    private static Contracts contracts;

    @BeforeAll
    static void start() {
        contracts = TestContracts.conformance();
        upstream = FakeUpstream.start();
        gateway = RunningGateway.start(
                new SpringApplicationBuilder(GatewayApp.class, ConformanceTest.ConformanceContracts.class),
                Map.of(
                        "spring.config.location",
                        "classpath:/conformance.yaml",
                        "ordersaga.gateway.deadline.usual",
                        "1s",
                        "ordersaga.gateway.deadline.max",
                        "4s",
                        "ordersaga.gateway.upstreams.echo.target",
                        upstream.target()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void script() {
        upstream.reset();
        for (String method : new String[] {GET, UPDATE, ACT}) {
            upstream.answer(method, call -> new FakeUpstream.Response(thing("v1"), Map.of()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            "v1"         | 304
            W/"v1"       | 304
            "v0", "v1"   | 304
            *            | 304
            "v0"         | 200
            v1           | 200
            """)
    void whatTheClientHasIsNotSentAgain(String known, int code) {
        RunningGateway.Reply reply = gateway.get("/things/1", "If-None-Match", known);

        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.header("ETag")).isEqualTo("\"v1\"");
        assertThat(reply.header("Cache-Control")).isEqualTo("private, no-cache");
        assertThat(reply.body().isEmpty()).isEqualTo(code == 304);
    }

    @Test
    void aDeedNeedsNoBody() {
        assertThat(gateway.send("POST", "/things/1:act", BodyPublishers.noBody(), "If-Match", "\"v1\"")
                        .code())
                .isEqualTo(200);

        assertThat(received("ActOnThingRequest")).isEqualTo("thing_id: \"1\" etag: \"v1\"");
    }

    @Test
    void aChangeIsAnsweredInFullWhateverTheClientHas() {
        RunningGateway.Reply reply = gateway.postJson("/things/1:act", "{}", "If-None-Match", "\"v1\"");

        assertThat(reply.code()).isEqualTo(200);
        assertThat(reply.header("ETag")).isEqualTo("\"v1\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "quo\"te", "ümlaut"})
    void anEtagThatHttpCannotCarryIsNoHeader(String etag) {
        upstream.answer(GET, call -> new FakeUpstream.Response(thing(etag), Map.of()));

        RunningGateway.Reply reply = gateway.get("/things/1", "If-None-Match", "*");

        assertThat(reply.code()).isEqualTo(200);
        assertThat(reply.headers()).doesNotContainKey("etag");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            "v1" | {}            | thing_id: "1" etag: "v1"
            *    | {}            | thing_id: "1"
            "v1" | {"etag":"v1"} | thing_id: "1" etag: "v1"
            """)
    void ifMatchIsTheEtagOfTheRequest(String given, String body, String message) {
        assertThat(gateway.postJson("/things/1:act", body, "If-Match", given).code())
                .isEqualTo(200);

        assertThat(received("ActOnThingRequest")).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            v1         | {}            | If-Match: expected one strong etag in double quotes, or *
            W/"v1"     | {}            | If-Match: expected one strong etag in double quotes, or *
            "v1", "v2" | {}            | If-Match: expected one strong etag in double quotes, or *
            "v1"       | {"etag":"v2"} | If-Match: is not what the request says as etag
            """)
    void anIfMatchThatIsNotUnderstoodStopsTheChange(String given, String body, String violation) {
        RunningGateway.Reply reply = gateway.postJson("/things/1:act", body, "If-Match", given);

        assertThat(reply.code()).isEqualTo(400);
        assertThat(reply.violations()).containsExactly(violation);
        assertThat(upstream.calls()).isEmpty();
    }

    @Test
    void ifMatchOnWhatHasNoEtagStopsTheChange() {
        RunningGateway.Reply reply =
                gateway.send("POST", "/hooks/x", BodyPublishers.ofString("x"), "If-Match", "\"v1\"");

        assertThat(reply.violations()).containsExactly("If-Match: what this request is about has no etag");
        assertThat(gateway.get("/things/1", "If-Match", "\"v1\"").code()).isEqualTo(200);
    }

    @Test
    void anotherStateIsAFailedConditionWhenItCameByHeaderAndAConflictElse() {
        refuse(ACT, Code.ABORTED, "ETAG_MISMATCH", false);

        ErrorAnswers.assertError(gateway.postJson("/things/1:act", "{}", "If-Match", "\"v0\""), 412, "ETAG_MISMATCH");
        ErrorAnswers.assertError(gateway.postJson("/things/1:act", "{\"etag\":\"v0\"}"), 409, "ETAG_MISMATCH");
    }

    @Test
    void theKeyOfARepeatedRequestGoesInside() {
        String longest = "k".repeat(255);

        gateway.postJson("/things/1:act", "{}", "Idempotency-Key", "a key");
        gateway.postJson("/things/1:act", "{}", "Idempotency-Key", "\"a key\"");
        gateway.postJson("/things/1:act", "{}", "Idempotency-Key", longest);

        assertThat(upstream.calls())
                .extracting(call -> text("ActOnThingRequest", call))
                .containsExactly(
                        "thing_id: \"1\" request_id: \"a key\"",
                        "thing_id: \"1\" request_id: \"a key\"",
                        "thing_id: \"1\" request_id: \"" + longest + "\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256})
    void aKeyThatIsNoneIsRefused(int length) {
        RunningGateway.Reply reply = gateway.postJson("/things/1:act", "{}", "Idempotency-Key", "k".repeat(length));

        assertThat(reply.violations()).containsExactly("Idempotency-Key: expected 1 to 255 printable ASCII characters");
        assertThat(upstream.calls()).isEmpty();
    }

    @Test
    void aKeyMeansNothingWhereNothingIsStored() {
        assertThat(gateway.get("/things/1", "Idempotency-Key", "k".repeat(300)).code())
                .isEqualTo(200);
    }

    @Test
    void aStoredAnswerSaysSo() {
        assertThat(gateway.postJson("/things/1:act", "{}").headers()).doesNotContainKey("idempotent-replayed");
        upstream.answer(ACT, call -> new FakeUpstream.Response(thing("v1"), Map.of("idempotent-replayed", "true")));

        assertThat(gateway.postJson("/things/1:act", "{}").header("Idempotent-Replayed"))
                .isEqualTo("true");

        refuse(ACT, Code.FAILED_PRECONDITION, "OUT_OF_STOCK", true);
        RunningGateway.Reply refused = gateway.postJson("/things/1:act", "{}");
        ErrorAnswers.assertError(refused, 400, "OUT_OF_STOCK");
        assertThat(refused.header("Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void aKeyUsedForSomethingElseAndOneInUseHaveTheirCodes() {
        refuse(ACT, Code.INVALID_ARGUMENT, "IDEMPOTENCY_KEY_REUSED", false);
        ErrorAnswers.assertError(
                gateway.postJson("/things/1:act", "{}", "Idempotency-Key", "k"), 422, "IDEMPOTENCY_KEY_REUSED");

        refuse(ACT, Code.ABORTED, "IDEMPOTENCY_IN_PROGRESS", false);
        RunningGateway.Reply inUse = gateway.postJson("/things/1:act", "{}", "Idempotency-Key", "k");
        ErrorAnswers.assertError(inUse, 409, "IDEMPOTENCY_IN_PROGRESS");
        assertThat(inUse.header("Retry-After")).isEqualTo("1");

        RunningGateway.Reply problem =
                gateway.postJson("/things/1:act", "{}", "Idempotency-Key", "k", "Accept", "application/problem+json");
        assertThat(problem.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(problem.json().path("status").asInt()).isEqualTo(409);
    }

    @Test
    void aCallMayTakeLongerByWhatItIsAskedToWait() {
        gateway.get("/things/1");
        gateway.get("/things/1?wait=2s");
        gateway.get("/things/1?wait=3600s");
        gateway.get("/things/1?wait=-5s");
        gateway.get("/things/1?wait=2s", RequestTime.HEADER, "300");

        assertThat(upstream.calls())
                .extracting(FakeUpstream.Call::allowedMillis)
                .satisfiesExactly(
                        usual -> assertThat(usual).isBetween(500L, 1_000L),
                        longer -> assertThat(longer).isBetween(2_500L, 3_000L),
                        longest -> assertThat(longest).isBetween(4_500L, 5_000L),
                        negative -> assertThat(negative).isBetween(500L, 1_000L),
                        chosen -> assertThat(chosen).isBetween(1L, 300L));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            PATCH |                  | {"note":"n"}                     | thing { note: "n" } update_mask { paths: "note" }
            PUT   |                  | {"note":"n"}                     | thing { note: "n" } update_mask { paths: "note" }
            PUT   |                  | {"note":"","part":{"name":"p"}}  | thing { part { name: "p" } } update_mask { paths: "note" paths: "part" }
            PATCH |                  | {"part":null}                    | thing { } update_mask { paths: "part" }
            PATCH | ?updateMask=note | {"note":"n","part":{"name":"p"}} | thing { note: "n" part { name: "p" } } update_mask { paths: "note" }
            PATCH |                  | {}                               | thing { }
            """)
    void anUpdateIsAboutTheFieldsThatItHas(String method, String query, String body, String message) {
        RunningGateway.Reply reply = gateway.sendJson(method, "/things/1" + (query == null ? "" : query), body);

        assertThat(reply.code()).as(reply.text()).isEqualTo(200);
        assertThat(received("UpdateThingRequest")).isEqualTo("thing_id: \"1\" " + message);
    }

    @Test
    void aMethodThatIsNotThereIsToldWithPut() {
        assertThat(gateway.send("DELETE", "/things/1", BodyPublishers.noBody()).header("Allow"))
                .isEqualTo("GET, HEAD, PATCH, PUT");
    }

    @Test
    void aRawBodyArrivesByteByByteWithTheHeaders() throws Exception {
        byte[] bytes = {0, (byte) 0xff, '{', '"', 13, 10, 0};

        RunningGateway.Reply reply = gateway.send(
                "POST",
                "/hooks/mock",
                BodyPublishers.ofByteArray(bytes),
                "Content-Type",
                "text/plain; charset=utf-16",
                "Stripe-Signature",
                "t=1,v1=ab",
                "Authorization",
                "Bearer secret",
                "Cookie",
                "secret");

        assertThat(reply.code()).as(reply.text()).isEqualTo(200);
        DynamicMessage request = parsed("ReceiveRequest", upstream.calls().getFirst());
        Descriptor type = request.getDescriptorForType();
        assertThat(request.getField(type.findFieldByName("source"))).isEqualTo("mock");
        assertThat(request.getField(type.findFieldByName("body"))).isEqualTo(ByteString.copyFrom(bytes));
        assertThat(TextFormat.printer().emittingSingleLine(true).printToString(request))
                .contains("key: \"stripe-signature\" value: \"t=1,v1=ab\"")
                .contains("key: \"content-type\" value: \"text/plain; charset=utf-16\"")
                .doesNotContain("secret");
    }

    @Test
    void aRawBodyKeepsItsTypeAndTheLimit() {
        RunningGateway.Reply reply =
                gateway.send("POST", "/files/f", BodyPublishers.ofString("a=1&b=2"), "Content-Type", "x/y");
        assertThat(reply.code()).as(reply.text()).isEqualTo(200);
        assertThat(received("UploadRequest")).isEqualTo("name: \"f\" file { content_type: \"x/y\" data: \"a=1&b=2\" }");

        ErrorAnswers.assertError(
                gateway.send("POST", "/files/f", BodyPublishers.ofByteArray(new byte[65 * 1024])),
                413,
                "BODY_TOO_LARGE");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            text/html; charset=utf-8 | text/html; charset=utf-8 | form-action 'self'
            image/png                | image/png                | default-src 'none'; frame-ancestors 'none'
            ''                       | application/octet-stream | default-src 'none'; frame-ancestors 'none'
            text/html, text/plain    | application/octet-stream | default-src 'none'; frame-ancestors 'none'
            """)
    void aPageOfAServiceIsShownAsItIs(String given, String contentType, String policy) {
        upstream.answer(PAGE, call -> new FakeUpstream.Response(page(given, "<p>ä</p>"), Map.of()));

        RunningGateway.Reply reply = gateway.get("/pages/1");

        assertThat(reply.text()).isEqualTo("<p>ä</p>");
        assertThat(reply.header("Content-Type").replace(";charset", "; charset"))
                .isEqualToIgnoringCase(contentType);
        assertThat(reply.header("Content-Security-Policy"))
                .contains(policy)
                .contains("default-src 'none'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("script");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    private static void refuse(String method, Code code, String reason, boolean replayed) {
        StatusException refusal = StatusProto.toStatusException(com.google.rpc.Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage("no")
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(reason)
                        .setDomain("things.test")
                        .build()))
                .build());
        Metadata trailers = refusal.getTrailers();
        if (replayed && trailers != null) {
            trailers.put(Metadata.Key.of("idempotent-replayed", Metadata.ASCII_STRING_MARSHALLER), "true");
        }
        upstream.fail(method, refusal);
    }

    private static ByteString thing(String etag) {
        Descriptor type = contracts.message("conformance.Thing");
        return DynamicMessage.newBuilder(type)
                .setField(type.findFieldByName("etag"), etag)
                .build()
                .toByteString();
    }

    private static ByteString page(String contentType, String text) {
        Descriptor type = contracts.message("google.api.HttpBody");
        return DynamicMessage.newBuilder(type)
                .setField(type.findFieldByName("content_type"), contentType)
                .setField(type.findFieldByName("data"), ByteString.copyFromUtf8(text))
                .build()
                .toByteString();
    }

    private static String received(String message) {
        return text(message, upstream.calls().getFirst());
    }

    private static String text(String message, FakeUpstream.Call call) {
        return TextFormat.printer()
                .emittingSingleLine(true)
                .printToString(parsed(message, call))
                .strip();
    }

    private static DynamicMessage parsed(String message, FakeUpstream.Call call) {
        try {
            return DynamicMessage.parseFrom(contracts.message("conformance." + message), call.payload());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
