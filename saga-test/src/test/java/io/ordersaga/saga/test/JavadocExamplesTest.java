package io.ordersaga.saga.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples in the documentation of saga-client and saga-test compile, given what they take for granted.
class JavadocExamplesTest {
    private static final Path ROOT = Path.of(System.getProperty("ordersaga.root", ".."));
    private static final Pattern EXAMPLE = Pattern.compile("/// ```java\\n((?:\\s*///(?! ```)[^\\n]*\\n)+)\\s*/// ```");

    /// What the readers of an example have already.
    private static final String GIVEN = """
            import static org.assertj.core.api.Assertions.assertThat;
            import com.google.protobuf.*;
            import io.grpc.*;
            import io.ordersaga.saga.client.*;
            import io.ordersaga.saga.test.*;
            import java.sql.Connection;
            import java.sql.SQLException;
            import java.time.Duration;
            import org.jdbi.v3.core.*;
            import org.junit.jupiter.api.Test;

            abstract class Example {
                interface Stock { void reserve(Connection connection, Object request) throws SQLException; }
                interface Payments { void markPaid(Connection connection, String id) throws SQLException; }
                interface Request { String getQueryString(); }
                interface Writer { void write(String text); }
                interface Response { void setStatus(int s); void setContentType(String t); Writer getWriter(); }
                static class StockBranches implements BindableService {
                    public ServerServiceDefinition bindService() { throw new IllegalStateException(); }
                }
                DtmClient client; Channel channel; Barrier barrier; BranchContext branch; Stock stock; Payments payments;
                Message reservation, payment, points, order, out, in; Object body;
                Request request; Response response;
                String self, paymentId, receiver, tryOut, confirmOut, cancelOut, tryIn, confirmIn, cancelIn;
                abstract Saga saga(String gid, String stock);
            """;

    @Test
    void compile(@TempDir Path classes) throws IOException {
        List<JavaFileObject> sources = new ArrayList<>();
        for (String module : List.of("saga-client", "saga-test")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    Matcher example = EXAMPLE.matcher(Files.readString(file));
                    while (example.find()) {
                        sources.add(source(sources.size(), example.group(1).replaceAll("(?m)^\\s*/// ?", "")));
                    }
                }
            }
        }
        assertThat(sources).hasSizeGreaterThanOrEqualTo(7);

        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        boolean compiled = compiler.getTask(
                        errors, null, null, List.of("-proc:none", "-d", classes.toString()), null, sources)
                .call();
        assertThat(compiled).as(errors.toString()).isTrue();
    }

    private static JavaFileObject source(int number, String example) {
        String name = "Example" + number;
        String inside = example.contains("class ") ? example : "void example() throws Exception {\n" + example + "}\n";
        String code = GIVEN.replace("class Example ", "class " + name + " ") + inside + "}\n";
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return code;
            }
        };
    }
}
