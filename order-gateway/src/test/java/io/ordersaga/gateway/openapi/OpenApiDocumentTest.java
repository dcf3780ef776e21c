package io.ordersaga.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import io.ordersaga.gateway.TestContracts;
import io.ordersaga.transcoder.openapi.OpenApiDocument;
import io.ordersaga.transcoder.transcoding.Contracts;
import io.ordersaga.transcoder.transcoding.HttpInput;
import io.ordersaga.transcoder.transcoding.RequestReader;
import io.ordersaga.transcoder.transcoding.Route;
import io.ordersaga.transcoder.transcoding.RouteCompiler;
import io.ordersaga.transcoder.transcoding.RouteMatch;
import io.ordersaga.transcoder.transcoding.RouteTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The document as a whole against a golden file, and what OpenAPI 3.1 asks of any document, on the real contracts and
/// on
/// those of the conformance test.
class OpenApiDocumentTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]*)}");
    private static final Set<String> SCHEMA_TYPES = Set.of("object", "array", "string", "integer", "number", "boolean");

    static Stream<Contracts> contracts() {
        return Stream.of(TestContracts.shop(), TestContracts.conformance());
    }

    @Test
    void theDocumentIsTheOneThatWasReviewed() throws IOException {
        String actual = new String(document(TestContracts.shop()), StandardCharsets.UTF_8) + "\n";
        Path written = Path.of("target", "openapi.json");
        Files.createDirectories(written.getParent());
        Files.writeString(written, actual);

        try (InputStream golden = OpenApiDocumentTest.class.getResourceAsStream("/openapi.json")) {
            String expected = new String(Objects.requireNonNull(golden).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(actual)
                    .as("if the change is meant, copy %s to src/test/resources", written)
                    .isEqualTo(expected);
        }
    }

    @Test
    void theSameContractsGiveTheSameBytes() {
        assertThat(document(TestContracts.shop())).isEqualTo(document(TestContracts.shop()));
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void everyRouteIsThereAndNothingElse(Contracts contracts) {
        JsonNode document = JSON.readTree(document(contracts));
        List<String> operations = new ArrayList<>();
        document.path("paths")
                .forEachEntry((path, item) -> item.forEachEntry((method, operation) -> {
                    operations.add(operation.path("operationId").asString());
                    assertThat(operation.path("responses").isEmpty()).isFalse();
                    assertThat(operation.path("tags")).hasSize(1);
                }));

        RouteTable routes = RouteCompiler.compile(contracts);
        assertThat(operations).doesNotHaveDuplicates().hasSameSizeAs(routes.routes());
        for (Route route : routes.routes()) {
            assertThat(operations)
                    .anyMatch(id -> id.startsWith(route.rpc().getService().getName() + "_"
                            + route.rpc().getName()));
        }
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void theParametersOfThePathAreThoseInThePath(Contracts contracts) {
        JsonNode document = JSON.readTree(document(contracts));
        document.path("paths")
                .forEachEntry((path, item) -> item.forEachEntry((method, operation) -> {
                    Set<String> names = new HashSet<>();
                    List<String> inPath = new ArrayList<>();
                    operation.path("parameters").forEach(parameter -> {
                        String name = parameter.path("name").asString();
                        assertThat(names.add(parameter.path("in").asString() + name))
                                .isTrue();
                        assertThat(parameter.path("schema").isObject()).isTrue();
                        if (parameter.path("in").asString().equals("path")) {
                            assertThat(parameter.path("required").asBoolean()).isTrue();
                            inPath.add(name);
                        }
                    });
                    assertThat(PLACEHOLDER.matcher(path).results().map((MatchResult match) -> match.group(1)))
                            .as(path)
                            .containsExactlyInAnyOrderElementsOf(inPath);
                }));
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void everyReferenceLeadsSomewhereAndEveryTypeExists(Contracts contracts) {
        JsonNode document = JSON.readTree(document(contracts));
        assertThat(document.path("openapi").asString()).isEqualTo("3.1.0");
        List<String> references = new ArrayList<>();
        visit(document, node -> {
            if (node.path("$ref").isString()) {
                references.add(node.path("$ref").asString());
            }
            if (node.path("type").isString() && !node.has("name") && !node.has("instance")) {
                assertThat(SCHEMA_TYPES).contains(node.path("type").asString());
            }
        });

        assertThat(references).isNotEmpty().allSatisfy(reference -> {
            assertThat(reference).startsWith("#/components/");
            assertThat(document.at(reference.substring(1)).isObject())
                    .as(reference)
                    .isTrue();
        });
        document.path("components").path("schemas").forEachEntry((name, schema) -> {
            assertThat(name).matches("[A-Za-z0-9._-]+");
            assertThat(references).as("used").contains("#/components/schemas/" + name);
            schema.path("required")
                    .forEach(required -> assertThat(schema.path("properties").has(required.asString()))
                            .isTrue());
        });
    }

    /// So that "Execute" in Swagger UI sends a request and not a mistake.
    @Test
    void everyExampleIsARequestThatTheGatewayTakes() throws Exception {
        Contracts contracts = TestContracts.shop();
        JsonNode document = JSON.readTree(document(contracts));
        RequestReader reader = new RequestReader(32, contracts.types());
        int examples = 0;
        for (Route route : RouteCompiler.compile(contracts).routes()) {
            JsonNode example = document.path("paths")
                    .path(route.template().text())
                    .path(route.httpMethod().toLowerCase(Locale.ROOT))
                    .at("/requestBody/content/application~1json/example");
            if (route.body() instanceof Route.WholeBody
                    && route.template().variables().isEmpty()) {
                DynamicMessage message = reader.read(
                        new RouteMatch.Found(route, Map.of()),
                        new HttpInput(null, ByteString.copyFromUtf8(example.toString()), Map.of()));
                assertThat(message.getAllFields()).isNotEmpty();
                examples++;
            }
        }
        assertThat(examples).isGreaterThanOrEqualTo(2);
    }

    @Test
    void rulesAndCommentsOfTheFieldsAreTold() {
        JsonNode schemas = JSON.readTree(document(TestContracts.conformance())).at("/components/schemas");

        JsonNode number = schemas.at("/Child/properties/number");
        assertThat(number.path("minimum").asInt()).isEqualTo(1);
        assertThat(number.path("exclusiveMaximum").asInt()).isEqualTo(100);
        assertThat(schemas.at("/Child/required").toString()).isEqualTo("[\"number\"]");
        assertThat(schemas.at("/Color/description").asString()).isEqualTo("`GREEN`: Not blue.");
        assertThat(schemas.at("/All/properties/counts/additionalProperties/format")
                        .asString())
                .isEqualTo("int64");
        assertThat(schemas.at("/All/properties/moment/format").asString()).isEqualTo("date-time");
        assertThat(schemas.at("/All/properties/userId/maximum").bigIntegerValue())
                .isEqualTo("18446744073709551615");
        assertThat(schemas.at("/All/additionalProperties").asBoolean(true)).isFalse();
    }

    @Test
    void headersAndRawBodiesAreTold() {
        JsonNode paths = JSON.readTree(document(TestContracts.conformance())).path("paths");

        assertThat(headers(paths.at("/~1things~1{thingId}/get"))).containsExactly("If-None-Match");
        assertThat(headers(paths.at("/~1things~1{thingId}/patch"))).containsExactly("If-Match", "Idempotency-Key");
        assertThat(paths.at("/~1hooks~1{source}/post/requestBody/content/*~1*/schema/format")
                        .asString())
                .isEqualTo("binary");
        assertThat(paths.at("/~1pages~1{name}/get/responses/200/content/*~1*/schema/format")
                        .asString())
                .isEqualTo("binary");
        assertThat(paths.at("/~1hooks~1{source}/post/parameters")).hasSize(1);
    }

    private static List<String> headers(JsonNode operation) {
        List<String> headers = new ArrayList<>();
        operation.path("parameters").forEach(parameter -> {
            if (parameter.path("in").asString().equals("header")) {
                headers.add(parameter.path("name").asString());
            }
        });
        return headers;
    }

    private static byte[] document(Contracts contracts) {
        return OpenApiDocument.of(contracts, RouteCompiler.compile(contracts));
    }

    private static void visit(JsonNode node, Consumer<JsonNode> visitor) {
        visitor.accept(node);
        node.forEach(child -> visit(child, visitor));
    }
}
