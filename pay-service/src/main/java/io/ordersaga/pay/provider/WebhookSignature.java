package io.ordersaga.pay.provider;

import io.ordersaga.pay.PaymentProvider.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Stripe's scheme, which the mock uses too: `t=<unix seconds>,v1=<hex>`, where `v1` is the HMAC-SHA256
/// of the seconds, a dot and the body. There may be several `v1`; other parts are ignored. Several
/// secrets may be in force, so that they can be exchanged without losing a notice. Thread-safe.
public final class WebhookSignature {
    private static final int HEADER_LENGTH_MAX = 2048;
    private static final int SIGNATURES_MAX = 10;
    private static final int SECONDS_DIGITS_MAX = 12;

    private final List<byte[]> secrets;
    private final Duration tolerance;

    /// @param tolerance how far the time stamp may be from now, either way
    public WebhookSignature(List<String> secrets, Duration tolerance) {
        this.secrets = secrets.stream()
                .map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                .toList();
        this.tolerance = tolerance;
    }

    public Verdict verify(@Nullable String header, byte[] body, Instant now) {
        if (header == null || header.length() > HEADER_LENGTH_MAX) {
            return Verdict.BAD_SIGNATURE;
        }
        String seconds = "";
        List<byte[]> signatures = new ArrayList<>();
        for (String part : header.split(",", -1)) {
            if (part.startsWith("t=")) {
                if (!seconds.isEmpty()) {
                    return Verdict.BAD_SIGNATURE;
                }
                seconds = part.substring("t=".length());
            } else if (part.startsWith("v1=") && signatures.size() < SIGNATURES_MAX) {
                bytes(part.substring("v1=".length()), signatures);
            }
        }
        if (!seconds.matches("[0-9]{1," + SECONDS_DIGITS_MAX + "}") || !genuine(seconds, body, signatures)) {
            return Verdict.BAD_SIGNATURE;
        }
        // Only now is the time stamp worth anything.
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(seconds)), now);
        return age.abs().compareTo(tolerance) <= 0 ? Verdict.GENUINE : Verdict.BAD_TIMESTAMP;
    }

    /// The header for a body that is sent at `now`, signed with the first secret.
    public String sign(byte[] body, Instant now) {
        String seconds = Long.toString(now.getEpochSecond());
        return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(hmac(secrets.getFirst(), seconds, body));
    }

    /// Compares with all secrets in a time that does not depend on where they differ.
    private boolean genuine(String seconds, byte[] body, List<byte[]> signatures) {
        boolean genuine = false;
        for (byte[] secret : secrets) {
            byte[] expected = hmac(secret, seconds, body);
            for (byte[] signature : signatures) {
                genuine |= MessageDigest.isEqual(expected, signature);
            }
        }
        return genuine;
    }

    private static void bytes(String hex, List<byte[]> signatures) {
        if (hex.matches("[0-9a-f]{64}")) {
            signatures.add(HexFormat.of().parseHex(hex));
        }
    }

    private static byte[] hmac(byte[] secret, String seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no HmacSHA256", e);
        }
    }
}
