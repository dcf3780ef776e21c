package io.ordersaga.kit;

import java.util.Base64;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// With which keys secrets are kept in a database. Each is the Base64 of 32 random bytes, as
/// `openssl rand -base64 32` prints.
///
/// @param key what is sealed from now on; empty: nothing can be sealed
/// @param oldKeys with which secrets may still be sealed that are there; they are sealed anew with `key` at
///     the start
public record SealingSettings(
        @DefaultValue("") String key, @DefaultValue List<String> oldKeys) {
    static final int KEY_BYTES = 32;

    public SealingSettings {
        if (!key.isEmpty()) {
            bytes("key", key);
        }
        oldKeys.forEach(old -> bytes("old-keys", old));
    }

    /// @throws IllegalArgumentException which names the setting and never its value
    static byte[] bytes(String name, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.strip().replace('+', '-').replace('/', '_'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("sealing." + name + " must be Base64", e);
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException("sealing." + name + " must be the Base64 of " + KEY_BYTES + " bytes");
        }
        return bytes;
    }

    /// Without the keys.
    @Override
    public String toString() {
        return "SealingSettings[" + (key.isEmpty() ? "no key" : "a key") + ", " + oldKeys.size() + " old ones]";
    }
}
