package io.ordersaga.coordinator.transport;

import java.math.BigInteger;
import java.util.UUID;

/// New gids as DTM makes them: a random UUID in 22 letters and digits that are not easily mistaken for each
/// other.
final class ShortUuid {

    private static final String ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(ALPHABET.length());
    private static final int LENGTH = 22;

    private ShortUuid() {}

    static String random() {
        UUID uuid = UUID.randomUUID();
        BigInteger rest = unsigned(uuid.getMostSignificantBits())
                .shiftLeft(Long.SIZE)
                .or(unsigned(uuid.getLeastSignificantBits()));
        StringBuilder text = new StringBuilder();
        while (text.length() < LENGTH) {
            BigInteger[] parts = rest.divideAndRemainder(BASE);
            text.append(ALPHABET.charAt(parts[1].intValue()));
            rest = parts[0];
        }
        return text.toString();
    }

    private static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }
}
