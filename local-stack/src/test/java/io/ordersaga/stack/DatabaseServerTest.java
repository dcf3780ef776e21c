package io.ordersaga.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.stack.process.StartFailure;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseServerTest {
    @TempDir
    private Path folder;

    @Test
    void programsGetTheirSchemaAndTheOptionsButNotTheAdministratorsAccount() {
        DatabaseServer server =
                DatabaseServer.given("jdbc:mysql://db.example:3307/?user=admin&password=top=s%26cret&sslMode=REQUIRED");

        assertThat(server.user()).isEqualTo("admin");
        assertThat(server.password()).isEqualTo("top=s&cret");
        Account account = server.account("ordersaga_pay", new Secrets(folder.resolve("secrets.properties")));
        assertThat(account.url()).isEqualTo("jdbc:mysql://db.example:3307/ordersaga_pay?sslMode=REQUIRED");
        assertThat(account.user()).isEqualTo("ordersaga_pay");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:mysql://db.example", "jdbc:mysql://db.example/", "jdbc:mysql://db.example?user=root"})
    void shortFormsAreUnderstood(String url) {
        DatabaseServer server = DatabaseServer.given(url);

        assertThat(server.address()).isEqualTo("jdbc:mysql://db.example");
        assertThat(server.user()).isEqualTo("root");
        assertThat(server.options()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "db.example?password=hidden",
                "jdbc:postgresql://db.example/?password=hidden",
                "jdbc:mysql://db.example/mine?password=hidden"
            })
    void otherUrlsAreRefusedWithoutRepeatingThePassword(String url) {
        assertThatThrownBy(() -> DatabaseServer.given(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jdbc:mysql://HOST:PORT/?user=NAME&password=PASSWORD")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void passwordsAreNotPrinted() {
        assertThat(DatabaseServer.embedded(3306, "hidden").toString()).doesNotContain("hidden");
        assertThat(new Account("jdbc:mysql://db.example/x", "me", "hidden").toString())
                .doesNotContain("hidden");
    }

    @Test
    void serverThatDoesNotAnswerIsNamed() {
        DatabaseServer server = DatabaseServer.given("jdbc:mysql://127.0.0.1:" + Ports.freePort() + "/?user=me");

        assertThatThrownBy(() -> server.createSchemas(new Secrets(folder.resolve("secrets.properties"))))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(server.address() + " as me");
    }
}
