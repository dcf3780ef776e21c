package io.ordersaga.coordinator.conformance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/// Wounds requests; the same seed wounds alike. Not thread-safe.
final class Damage {

    private static final String[] TOKENS = {
        "null",
        "true",
        "-1",
        "1e999",
        "99999999999999999999",
        "[]",
        "{}",
        "\"\"",
        "\"",
        "\\",
        "\\u0000",
        "\u0000",
        "'; DROP TABLE saga; --",
        "%s%n",
        "../..",
        "\uD800",
        "é",
        "topic://",
        "\"gid\":1,",
        "{{{{{{{{",
        "[[[[[[[["
    };

    private final Random random;

    Damage(Random random) {
        this.random = random;
    }

    /// One to four wounds.
    byte[] mutated(byte[] whole) {
        byte[] bytes = whole;
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            bytes = wounded(bytes);
        }
        return bytes;
    }

    private byte[] wounded(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - at, 1 + random.nextInt(8));
        return switch (random.nextInt(6)) {
            case 0 -> spliced(bytes, at, 1, new byte[] {(byte) random.nextInt(256)});
            case 1 -> spliced(bytes, at, length, new byte[0]);
            case 2 -> spliced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
            case 3 -> Arrays.copyOf(bytes, at);
            case 4 -> spliced(bytes, at, length, token());
            default -> spliced(bytes, at, 0, token());
        };
    }

    private byte[] token() {
        return TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] spliced(byte[] bytes, int at, int removed, byte[] added) {
        byte[] result = new byte[bytes.length - removed + added.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(added, 0, result, at, added.length);
        System.arraycopy(bytes, at + removed, result, at + added.length, bytes.length - at - removed);
        return result;
    }
}
