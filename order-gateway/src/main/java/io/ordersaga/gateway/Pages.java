package io.ordersaga.gateway;

import com.google.protobuf.ByteString;
import io.ordersaga.transcoder.errors.Failures;
import io.ordersaga.transcoder.http.Answer;
import io.ordersaga.transcoder.http.OwnPages;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The few documents that the gateway serves itself: where to begin, the OpenAPI document, and Swagger UI from its
/// webjar, which loads nothing from elsewhere.
final class Pages implements OwnPages {
    static final String OPENAPI = "/openapi.json";
    static final String SWAGGER = "/apis/swagger/";

    private static final String INDEX = """
            {"links":{"openapi":"/openapi.json","swagger":"/apis/swagger/index.html"}}
            """;

    /// Swagger UI sets styles from its script and draws its icons from data URLs.
    private static final Map<String, String> UI_HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                    + "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'");

    private final Map<String, Supplier<Answer>> pages = new TreeMap<>();

    Pages(ByteString openApi) {
        ByteString index = ByteString.copyFromUtf8(INDEX);
        pages.put("/", () -> Answer.json(200, index, Map.of()));
        pages.put(OPENAPI, () -> Answer.json(200, openApi, Map.of()));
        pages.put("/apis/swagger", () -> Answer.empty(302, Map.of("Location", SWAGGER + "index.html")));
        pages.put(SWAGGER, () -> Answer.empty(302, Map.of("Location", SWAGGER + "index.html")));
        addFile("index.html", "text/html;charset=UTF-8", "/swagger/index.html");
        addFile("initializer.js", "text/javascript;charset=UTF-8", "/swagger/initializer.js");
        String webjar = "/META-INF/resources/webjars/swagger-ui/" + webjarVersion() + "/";
        addFile("swagger-ui.css", "text/css;charset=UTF-8", webjar + "swagger-ui.css");
        addFile("swagger-ui-bundle.js", "text/javascript;charset=UTF-8", webjar + "swagger-ui-bundle.js");
        addFile("favicon-32x32.png", "image/png", webjar + "favicon-32x32.png");
    }

    @Override
    public Optional<Answer> find(String method, String path) {
        Supplier<Answer> page = pages.get(path);
        if (page == null) {
            return Optional.empty();
        }
        if (!Set.of("GET", "HEAD").contains(method)) {
            throw Failures.wrongMethod(Set.of("GET", "HEAD")).asException();
        }
        return Optional.of(page.get());
    }

    private void addFile(String name, String contentType, String resource) {
        pages.put(SWAGGER + name, () -> new Answer(200, contentType, bytes(resource), UI_HEADERS));
    }

    /// The webjar's files lie under its version.
    private static String webjarVersion() {
        Properties properties = new Properties();
        try (InputStream pom = open("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
            properties.load(pom);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static ByteString bytes(String resource) {
        try (InputStream file = open(resource)) {
            return ByteString.readFrom(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        InputStream file = Pages.class.getResourceAsStream(resource);
        if (file == null) {
            throw new IllegalStateException("The class path lacks " + resource);
        }
        return file;
    }
}
