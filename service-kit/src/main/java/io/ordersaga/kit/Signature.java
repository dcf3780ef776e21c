package io.ordersaga.kit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs what leaves: `t=<unix seconds>,v1=<hex>`, the HMAC-SHA256 of `<t>.<body>`. The time keeps a
/// recorded request from being played again later.
public final class Signature {
    public static final String HEADER = "Ordersaga-Signature";

    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /// The value of [#HEADER].
    ///
    /// @param secret as its receiver was shown it; its text is the key
    public static String of(String secret, Instant time, byte[] body) {
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
