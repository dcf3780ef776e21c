package io.ordersaga.order;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Random;

/// Makes order ids: 48 bits of time and 80 random bits as 26 characters of Crockford's base 32. Two
/// replicas need not know of each other to never meet, nobody can guess a neighbour, and ids of one time
/// lie close together in the index.
final class OrderIds {
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int LENGTH = 26;
    private static final int TIME_DIGITS = 10;

    private final InstantSource clock;
    private final Random random;

    OrderIds(InstantSource clock) {
        this(clock, new SecureRandom());
    }

    OrderIds(InstantSource clock, Random random) {
        this.clock = clock;
        this.random = random;
    }

    String next() {
        char[] id = new char[LENGTH];
        long time = clock.millis();
        for (int i = TIME_DIGITS - 1; i >= 0; i--) {
            id[i] = DIGITS.charAt((int) (time & 31));
            time >>>= 5;
        }
        // 5 random bits for each of the other 16 digits.
        byte[] bits = new byte[LENGTH - TIME_DIGITS];
        random.nextBytes(bits);
        for (int i = TIME_DIGITS; i < LENGTH; i++) {
            id[i] = DIGITS.charAt(bits[i - TIME_DIGITS] & 31);
        }
        return new String(id);
    }
}
