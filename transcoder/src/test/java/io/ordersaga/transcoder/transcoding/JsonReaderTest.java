package io.ordersaga.transcoder.transcoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import com.google.rpc.BadRequest.FieldViolation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/// Proto3 JSON into `conformance.All`, which has a field of every kind. Depth limit 8.
class JsonReaderTest {
    private static final String INT32 = "expected a whole number from -2147483648 to 2147483647";

    private final Contracts contracts = TestContracts.conformance();
    private final JsonReader reader = new JsonReader(8, contracts.types());

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/json-good.csv", delimiter = '|', quoteCharacter = '\0')
    void goodValuesAreRead(String json, String expected) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(contracts.message("conformance.All"));
        Violations violations = new Violations();

        reader.readMessage(json.getBytes(StandardCharsets.UTF_8), message, violations);

        assertThat(violations.list()).isEmpty();
        String text = TextFormat.printer()
                .usingTypeRegistry(contracts.types())
                .escapingNonAscii(false)
                .emittingSingleLine(true)
                .printToString(message);
        assertThat(text.strip()).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/json-bad.csv", delimiter = '|', quoteCharacter = '\0')
    void aBadValueIsNamedByItsPath(String json, String violation) {
        assertThat(violations(json)).containsExactly(violation);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/json-broken.csv", delimiter = '|', quoteCharacter = '\0')
    void brokenJsonIsRefusedWithThePlace(String json, String complaint) {
        assertThat(violations(json)).contains(": " + complaint);
    }

    @Test
    void onlyAnObjectIsAMessage() {
        assertThat(violations("[]")).containsExactly(": expected an object");
        assertThat(violations("5")).containsExactly(": expected an object");
        assertThat(violations("null")).containsExactly(": expected an object");
    }

    @Test
    void anEmptyBodyIsRefused() {
        assertThat(violations("")).containsExactly(": the body is empty; expected JSON");
        assertThat(violations(" \n")).containsExactly(": the body is empty; expected JSON");
    }

    @Test
    void onlyUtf8IsRead() {
        assertThat(violations("{\"text\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1)))
                .containsExactly(": the body is not UTF-8");
        assertThat(violations("{}".getBytes(StandardCharsets.UTF_16))).containsExactly(": the body is not UTF-8");
    }

    @Test
    void everyBadValueIsToldAtOnce() {
        assertThat(violations("{\"i32\":\"x\",\"child\":{\"nope\":[{}]},\"flag\":3,\"numbers\":[1,{},\"y\"]}"))
                .containsExactly(
                        "i32: " + INT32,
                        "child.nope: unknown field",
                        "flag: expected true or false",
                        "numbers[1]: " + INT32,
                        "numbers[2]: " + INT32);
    }

    @Test
    void complaintsAndTheNamesInThemAreBounded() {
        String name = "n".repeat(10_000);
        StringBuilder json = new StringBuilder("{\"" + name + "\":0");
        for (int i = 0; i < 1000; i++) {
            json.append(",\"x").append(i).append("\":0");
        }

        List<String> violations = violations(json.append("}").toString());

        assertThat(violations).hasSize(20);
        assertThat(violations.getFirst()).isEqualTo("n".repeat(64) + "...: unknown field");
    }

    private List<String> violations(String json) {
        return violations(json.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> violations(byte[] json) {
        Violations violations = new Violations();
        reader.readMessage(json, DynamicMessage.newBuilder(contracts.message("conformance.All")), violations);
        return violations.list().stream().map(JsonReaderTest::text).toList();
    }

    private static String text(FieldViolation violation) {
        return violation.getField() + ": " + violation.getDescription();
    }
}
