package io.ordersaga.stack;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/// The passwords of a local stack: made up when first asked for and kept in a private file.
final class Secrets {
    /// The password of the embedded database's all-powerful account.
    static final String ROOT = "ROOT_PASSWORD";

    /// The coordinator's account `admin` has it until somebody signs in with it, who must choose another.
    static final String ADMIN = "ADMIN_PASSWORD";

    /// With which the secrets of alert subscribers and webhook endpoints are kept.
    static final String SEALING = "SEALING_KEY";

    private static final int BYTES = 24;
    /// Of AES-256.
    private static final int KEY_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path file;
    private final Map<String, String> values = new ConcurrentHashMap<>();

    Secrets(Path file) {
        this.file = file;
        PrivateFile.read(file)
                .ifPresent(stored ->
                        stored.stringPropertyNames().forEach(name -> values.put(name, stored.getProperty(name))));
    }

    /// The secret of this name, the same at every call and after every restart.
    String get(String name) {
        return get(name, BYTES);
    }

    /// The same for a key.
    String key(String name) {
        return get(name, KEY_BYTES);
    }

    private synchronized String get(String name, int length) {
        String known = values.get(name);
        if (known != null) {
            return known;
        }
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        // The URL alphabet needs no quoting in SQL, in a URL or in a shell.
        String made = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        values.put(name, made);
        Properties properties = new Properties();
        properties.putAll(values);
        PrivateFile.write(file, properties, "Passwords of this local stack; `./ordersaga up --fresh` makes new ones.");
        return made;
    }
}
