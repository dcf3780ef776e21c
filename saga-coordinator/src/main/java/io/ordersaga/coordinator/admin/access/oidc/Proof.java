package io.ordersaga.coordinator.admin.access.oidc;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/// What a browser keeps while it is with the provider: 256 random bits, of which everything follows that must fit
/// together. So nothing has to be kept here, and any coordinator can end a sign-in that another began.
///
/// @param text as the browser has it
record Proof(String text) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    static Proof make() {
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        return new Proof(BASE64.encodeToString(random));
    }

    /// Comes back with the browser.
    String state() {
        return derived("state");
    }

    /// Comes back inside the token.
    String nonce() {
        return derived("nonce");
    }

    /// Is shown to the provider with the code.
    String verifier() {
        return derived("verifier");
    }

    /// Is shown to the provider at the beginning.
    String challenge() {
        return digest(verifier());
    }

    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private String derived(String use) {
        return digest(use + " " + text);
    }

    private static String digest(String text) {
        try {
            return BASE64.encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Belongs into no log.
    @Override
    public String toString() {
        return "Proof";
    }
}
