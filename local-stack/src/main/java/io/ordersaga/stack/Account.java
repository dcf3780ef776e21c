package io.ordersaga.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/// Where and as whom a program reaches its schema, or an audit all of them.
///
/// @param url JDBC URL, with the schema when it is about one
public record Account(String url, String user, String password) {
    /// What [#write] left there; empty when nothing did.
    public static Optional<Account> read(Path file) {
        return PrivateFile.read(file)
                .map(stored -> new Account(
                        stored.getProperty("url"), stored.getProperty("user"), stored.getProperty("password")));
    }

    void write(Path file, String comment) {
        Properties properties = new Properties();
        properties.putAll(Map.of("url", url, "user", user, "password", password));
        PrivateFile.write(file, properties, comment);
    }

    /// Without the password, which must not reach a log.
    @Override
    public String toString() {
        return user + " at " + url;
    }
}
