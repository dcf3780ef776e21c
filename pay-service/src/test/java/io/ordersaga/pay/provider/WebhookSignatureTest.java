package io.ordersaga.pay.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.pay.PaymentProvider.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_492_774_577);
    private static final byte[] BODY = "{\"id\":\"evt_1\"}".getBytes(StandardCharsets.UTF_8);
    private static final int MUTATIONS = 100_000;

    private final WebhookSignature signature =
            new WebhookSignature(List.of("new-secret", "old-secret"), Duration.ofMinutes(5));

    /// Computed with OpenSSL: `printf '1492774577.{"id":"evt_1"}' | openssl dgst -sha256 -hmac
    /// new-secret`.
    @Test
    void isTheHmacOfTimeAndBody() {
        assertThat(signature.sign(BODY, NOW))
                .isEqualTo("t=1492774577,v1=bef0217569c885c0effd7440d0461e84f14bfe3385f65d0194ea6ed64202c5dd");
    }

    @Test
    void anyOfSeveralSignaturesWithAnyOfTheSecretsWillDo() {
        String old = new WebhookSignature(List.of("old-secret"), Duration.ofMinutes(5)).sign(BODY, NOW);
        String other = "v1=" + "0".repeat(64);

        assertThat(signature.verify(old, BODY, NOW)).isEqualTo(Verdict.GENUINE);
        assertThat(signature.verify(other + ",v0=x," + old + "," + other, BODY, NOW))
                .isEqualTo(Verdict.GENUINE);
        assertThat(signature.verify(other + ",t=1492774577", BODY, NOW)).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void isGoodForItsToleranceEitherWay() {
        String header = signature.sign(BODY, NOW);

        assertThat(signature.verify(header, BODY, NOW.plusSeconds(300))).isEqualTo(Verdict.GENUINE);
        assertThat(signature.verify(header, BODY, NOW.minusSeconds(300))).isEqualTo(Verdict.GENUINE);
        assertThat(signature.verify(header, BODY, NOW.plusSeconds(301))).isEqualTo(Verdict.BAD_TIMESTAMP);
        assertThat(signature.verify(header, BODY, NOW.minusSeconds(301))).isEqualTo(Verdict.BAD_TIMESTAMP);
    }

    @Test
    void headersOfAnotherFormAreBad() {
        String good = signature.sign(BODY, NOW);
        for (String header : List.of(
                "",
                ",",
                "t=",
                "v1=",
                "t=1492774577",
                good + ",t=1492774577",
                good.replace("t=", "t=+"),
                good.replace("t=", "t= "),
                good.toUpperCase(Locale.ROOT),
                good.substring(0, good.length() - 1),
                good + "x".repeat(3000),
                "t=99999999999999999999,v1=" + "0".repeat(64))) {
            assertThat(signature.verify(header, BODY, NOW)).as(header).isEqualTo(Verdict.BAD_SIGNATURE);
        }
        assertThat(signature.verify(null, BODY, NOW)).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    /// One flipped bit of the body, or one other character in what is signed of the header.
    @Test
    void noMutationIsAccepted() {
        Random random = new Random(12);
        String header = signature.sign(BODY, NOW);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] body = BODY.clone();
            char[] characters = header.toCharArray();
            if (random.nextBoolean()) {
                body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
            } else {
                int at = random.nextInt(characters.length);
                char before = characters[at];
                characters[at] = (char) (33 + random.nextInt(94));
                if (characters[at] == before) {
                    continue;
                }
            }
            assertThat(signature.verify(new String(characters), body, NOW)).isEqualTo(Verdict.BAD_SIGNATURE);
        }
    }
}
