package io.ordersaga.order.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs what leaves: `t=<unix seconds>,v1=<hex>`, the HMAC-SHA256 of `<t>.<body>`. The time keeps a
/// recorded request from being played again later.
final class Signature {
    static final String HEADER = "Ordersaga-Signature";

    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /// The value of [#HEADER].
    ///
    /// @param secret the endpoint's, as it was shown when the endpoint was made; its text is the key
    static String of(String secret, Instant time, byte[] body) {
        long seconds = time.getEpochSecond();
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
            return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
