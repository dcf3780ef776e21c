package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The scripts that run inside containers, run here: they need bash and nothing of Docker.
class DeployScriptsTest {
    private static final Path HEALTHCHECK = ComposeFile.ROOT.resolve("deploy/image/root/app/healthcheck");
    private static final Path SCHEMAS = ComposeFile.ROOT.resolve("deploy/mysql/init/10-schemas.sh");

    private record Result(int exitCode, String output) {}

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"200, 0", "503, 1", "404, 1"})
    void programIsHealthyWhenItsReadinessSaysSo(int status, int exitCode) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean asked = exchange.getRequestURI().getPath().equals("/actuator/health/readiness");
            exchange.sendResponseHeaders(asked ? status : 500, -1);
            exchange.close();
        });
        server.start();
        try {
            assertThat(run(
                                    Map.of(),
                                    HEALTHCHECK,
                                    String.valueOf(server.getAddress().getPort()))
                            .exitCode())
                    .isEqualTo(exitCode);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void programThatDoesNotListenIsNotHealthy() throws Exception {
        assertThat(run(Map.of(), HEALTHCHECK, freePort()).exitCode()).isEqualTo(1);
    }

    /// The client of the database is played by a script that keeps what it is told.
    @Test
    void schemasAreMadeWithThePasswordsOfTheEnvironment() throws Exception {
        Map<String, String> passwords = ComposeFile.read().variables();

        Result result = run(withMySqlClient(passwords), SCHEMAS);

        assertThat(result.exitCode()).as(result.output()).isZero();
        String sql = Files.readString(folder.resolve("told"));
        passwords.entrySet().stream()
                // Neither the server's own nor that of the operators' page is a user's of a schema.
                .filter(variable -> variable.getKey().endsWith("_PASSWORD")
                        && !variable.getKey().contains("ROOT")
                        && !variable.getKey().contains("ADMIN"))
                .forEach(variable -> assertThat(sql).contains("'" + variable.getValue() + "'"));
        assertThat(sql).doesNotContain("${");
        assertThat(Files.readString(folder.resolve("as")).strip()).isEqualTo("dev-root --user=root");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with blank", "quo'te", "back\\slash", "semi;colon", "a&b"})
    void passwordThatWouldNeedQuotingIsRefused(String password) throws Exception {
        Map<String, String> environment = withMySqlClient(ComposeFile.read().variables());
        environment.put("ORDERSAGA_PAY_PASSWORD", password);

        Result result = run(environment, SCHEMAS);

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.output()).contains("ORDERSAGA_PAY_PASSWORD");
        assertThat(folder.resolve("told")).doesNotExist();
    }

    private Map<String, String> withMySqlClient(Map<String, String> variables) throws IOException {
        Path client = Files.writeString(folder.resolve("mysql"), """
                #!/usr/bin/env bash
                cat > "$(dirname "$0")/told"
                echo "$MYSQL_PWD $*" > "$(dirname "$0")/as"
                """);
        assertThat(client.toFile().setExecutable(true)).isTrue();
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("MYSQL_ROOT_PASSWORD", variables.get("ORDERSAGA_MYSQL_ROOT_PASSWORD"));
        environment.put("PATH", folder + ":" + System.getenv("PATH"));
        return environment;
    }

    private static Result run(Map<String, String> environment, Path script, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return String.valueOf(socket.getLocalPort());
        }
    }
}
