package io.ordersaga.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    @TempDir
    private Path folder;

    @Test
    void secretsStayTheSameAndDifferFromEachOther() {
        Path file = folder.resolve("deep/secrets.properties");
        String order = new Secrets(file).get("ORDER_PASSWORD");

        Secrets again = new Secrets(file);
        assertThat(again.get("ORDER_PASSWORD")).isEqualTo(order).hasSizeGreaterThan(20);
        assertThat(again.get("STOCK_PASSWORD")).isNotEqualTo(order);
    }

    @Test
    void onlyTheOwnerMayReadTheFile() throws Exception {
        Path file = folder.resolve("secrets.properties");
        new Secrets(file).get("ORDER_PASSWORD");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}
