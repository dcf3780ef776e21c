package io.ordersaga.stack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    @TempDir
    private Path folder;

    private LogFile log;

    @BeforeEach
    void name() {
        log = new LogFile(folder.resolve("stock.log"));
    }

    @Test
    void missingLogIsEmpty() {
        assertThat(log.size()).isZero();
        assertThat(log.tail(5)).isEmpty();
        assertThat(log.errorsSince(0, 5)).isEmpty();
        log.bound();
        assertThat(log.path()).doesNotExist();
    }

    @Test
    void tailIsTheLastLines() throws Exception {
        Files.writeString(log.path(), "one\ntwo\nthree\n");

        assertThat(log.tail(2)).containsExactly("two", "three");
        assertThat(log.tail(9)).containsExactly("one", "two", "three");
    }

    @Test
    void readsOnFromAPosition() throws Exception {
        Files.writeString(log.path(), "one\n");
        long position = log.from(0).end();
        Files.writeString(log.path(), "two\n", StandardOpenOption.APPEND);

        assertThat(log.from(position)).isEqualTo(new LogFile.Part("two\n", 8));
        assertThat(log.from(100)).isEqualTo(new LogFile.Part("", 8));
    }

    @Test
    void errorsAreReadableAndWithoutErrorsTheLastLinesAre() throws Exception {
        Files.writeString(log.path(), """
                {"log.level":"INFO","message":"starting"}
                {"log":{"level":"ERROR"},"message":"Port \\"8282\\" is taken\\nstop it"}
                2026-11-21 [ERROR] mariadbd: Can't start server
                """);
        assertThat(log.errorsSince(0, 5))
                .containsExactly("Port \"8282\" is taken\nstop it", "2026-11-21 [ERROR] mariadbd: Can't start server");

        long position = log.size();
        Files.writeString(log.path(), "first\n\nlast\n", StandardOpenOption.APPEND);
        assertThat(log.errorsSince(position, 5)).containsExactly("first", "last");
    }

    @Test
    void growsNoFurtherThanItsLimitWhileAProgramWritesOn() throws Exception {
        byte[] tooMuch = new byte[(int) LogFile.SIZE_LIMIT + 1];
        Arrays.fill(tooMuch, (byte) 'x');
        try (OutputStream program =
                Files.newOutputStream(log.path(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            program.write(tooMuch);
            log.bound();
            program.write("next\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(log.path()).hasContent("next\n");
        assertThat(log.predecessor()).hasSize(tooMuch.length);
    }
}
