package io.ordersaga.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Breaks an input in one to three places: bytes lost, changed, doubled, or a token that means something put between.
public final class Mutations {
    private static final String[] TOKENS =
            ("{ } [ ] , : \" null true 1e999999999 -1 \"\" \\ \\ud800 0 . \"i32\": \"nope\":1, \u00e9 \u0000 18446744073709551616 "
                            + "[[[[[[[[[[ {\"child\": \"@type\": Z / // % %2F ? & = ** .. ; + - a.b \r\n")
                    .split(" ");

    private Mutations() {}

    public static byte[] of(String input, RandomGenerator random) {
        List<Byte> bytes = new ArrayList<>();
        add(bytes, 0, input);
        for (int i = random.nextInt(1, 4); i > 0 && !bytes.isEmpty(); i--) {
            int at = random.nextInt(bytes.size());
            List<Byte> some = bytes.subList(at, Math.min(bytes.size(), at + random.nextInt(20)));
            switch (random.nextInt(5)) {
                case 0 -> bytes.remove(at);
                case 1 -> bytes.set(at, (byte) random.nextInt(256));
                case 2 -> add(bytes, at, TOKENS[random.nextInt(TOKENS.length)]);
                case 3 -> some.clear();
                default -> bytes.addAll(at, List.copyOf(some));
            }
        }
        byte[] result = new byte[bytes.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = bytes.get(i);
        }
        return result;
    }

    private static void add(List<Byte> bytes, int at, String text) {
        List<Byte> added = new ArrayList<>();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            added.add(b);
        }
        bytes.addAll(at, added);
    }
}
