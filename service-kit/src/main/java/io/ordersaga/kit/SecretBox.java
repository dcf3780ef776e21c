package io.ordersaga.kit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Keeps secrets in a database so that whoever reads the database alone does not have them: AES-256-GCM
/// with a key that is not in it. A sealed secret is `s1.<key>.<Base64 of nonce, secret and tag>`, where
/// `<key>` tells which key it was, and belongs to one owner: moved into another's row, it does not open.
/// What is in no such form is an older plain secret, and opens as it is. Thread-safe.
public final class SecretBox {
    private static final String FORM = "s1.";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /// By their names; the first is the one to seal with.
    private final Map<String, SecretKey> keys = new LinkedHashMap<>();
    private final Optional<String> current;

    public SecretBox(SealingSettings settings) {
        this.current = settings.key().isEmpty() ? Optional.empty() : Optional.of(add("key", settings.key()));
        settings.oldKeys().forEach(old -> add("old-keys", old));
    }

    private String add(String setting, String text) {
        byte[] bytes = SealingSettings.bytes(setting, text);
        String name = nameOf(bytes);
        keys.put(name, new SecretKeySpec(bytes, "AES"));
        return name;
    }

    /// Whether there is a key to seal with.
    public boolean canSeal() {
        return current.isPresent();
    }

    /// Makes a secret unreadable without the key.
    ///
    /// @param owner whose secret it is, such as `alert_subscriber ops`
    /// @throws IllegalStateException without a key
    public String seal(String secret, String owner) {
        String name = current.orElseThrow(() -> new IllegalStateException("there is no key to seal with"));
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, name, nonce, owner).doFinal(secret.getBytes(StandardCharsets.UTF_8));
            byte[] all = ByteBuffer.allocate(nonce.length + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return FORM + name + "." + ENCODER.encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + CIPHER, e);
        }
    }

    /// The secret; empty when it was sealed with a key that is not here, for another owner, or was changed.
    public Optional<String> open(String stored, String owner) {
        if (!stored.startsWith(FORM)) {
            return Optional.of(stored);
        }
        String[] parts = stored.substring(FORM.length()).split("\\.", -1);
        if (parts.length != 2 || !keys.containsKey(parts[0])) {
            return Optional.empty();
        }
        try {
            ByteBuffer all = ByteBuffer.wrap(Base64.getUrlDecoder().decode(parts[1]));
            byte[] nonce = new byte[NONCE_BYTES];
            byte[] sealed = new byte[Math.max(0, all.remaining() - NONCE_BYTES)];
            if (sealed.length == 0) {
                return Optional.empty();
            }
            all.get(nonce).get(sealed);
            return Optional.of(new String(
                    cipher(Cipher.DECRYPT_MODE, parts[0], nonce, owner).doFinal(sealed), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// How it should be stored instead: sealed, when it is plain; with the key of now, when that was
    /// another. Empty when it is well as it is, or nothing can be done about it.
    public Optional<String> renewed(String stored, String owner) {
        boolean well = current.isEmpty() || stored.startsWith(FORM + current.get() + ".");
        return well ? Optional.empty() : open(stored, owner).map(secret -> seal(secret, owner));
    }

    /// Whether whoever reads it has the secret.
    public static boolean isPlain(String stored) {
        return !stored.startsWith(FORM);
    }

    private Cipher cipher(int mode, String key, byte[] nonce, String owner) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, keys.get(key), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static String nameOf(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("the name of ".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(key), 0, 4);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
