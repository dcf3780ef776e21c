package io.ordersaga.stack;

import io.ordersaga.stack.process.StartFailure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A database server and the account on it that may create schemas and users.
///
/// @param address `jdbc:mysql://HOST:PORT`
/// @param options further JDBC options as they stand in a URL; the programs use them too
record DatabaseServer(String address, Map<String, String> options, String user, String password) {
    private static final Pattern URL = Pattern.compile("(jdbc:mysql://[^/?]+)/?(?<schema>[^?]*)(\\?(?<options>.*))?");
    private static final String AUDITOR = "ordersaga_audit";
    private static final String SCHEMAS = "schemas.sql.template";

    static DatabaseServer embedded(int port, String rootPassword) {
        return new DatabaseServer(
                "jdbc:mysql://127.0.0.1:" + port, Map.of("sslMode", "DISABLED"), "root", rootPassword);
    }

    /// A server of the user's.
    ///
    /// @param url `jdbc:mysql://HOST:PORT/?user=...&password=...` and any other option of the driver
    /// @throws IllegalArgumentException when it is no such URL; the message does not repeat it: it holds a password
    static DatabaseServer given(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches() || !matcher.group("schema").isEmpty()) {
            throw new IllegalArgumentException(
                    "A database is given as jdbc:mysql://HOST:PORT/?user=NAME&password=PASSWORD, without a schema");
        }
        Map<String, String> options =
                options(Optional.ofNullable(matcher.group("options")).orElse(""));
        Map<String, String> rest = options.entrySet().stream()
                .filter(option -> !List.of("user", "password").contains(option.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return new DatabaseServer(
                matcher.group(1),
                rest,
                decoded(options.getOrDefault("user", "root")),
                decoded(options.getOrDefault("password", "")));
    }

    private static String decoded(String value) {
        return URLDecoder.decode(value, StandardCharsets.UTF_8);
    }

    private static Map<String, String> options(String query) {
        return Arrays.stream(query.split("&"))
                .filter(option -> option.contains("="))
                .map(option -> option.split("=", 2))
                .collect(Collectors.toMap(option -> option[0], option -> option[1], (_, last) -> last));
    }

    /// The account of the user that has the schema's name.
    Account account(String schema, Secrets secrets) {
        return new Account(urlOf(schema), schema, secrets.get(passwordOf(schema)));
    }

    /// The account that may read every schema and change none.
    Account auditor(Secrets secrets) {
        return new Account(urlOf(""), AUDITOR, secrets.get(passwordOf(AUDITOR)));
    }

    Account administrator() {
        return new Account(urlOf(""), user, password);
    }

    private String urlOf(String schema) {
        String query = options.entrySet().stream()
                .map(option -> option.getKey() + "=" + option.getValue())
                .sorted()
                .collect(Collectors.joining("&"));
        return address + "/" + schema + (query.isEmpty() ? "" : "?" + query);
    }

    /// Makes the schemas and users that are missing and gives the users their passwords.
    ///
    /// @throws StartFailure when the server does not answer or refuses
    void createSchemas(Secrets secrets) {
        Properties properties = new Properties();
        properties.putAll(
                Map.of("user", user, "password", password, "connectTimeout", "5000", "socketTimeout", "30000"));
        try (Connection connection = DriverManager.getConnection(urlOf(""), properties);
                Statement statement = connection.createStatement()) {
            for (String sql : SqlTemplate.named(SCHEMAS).statements(secrets::get)) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new StartFailure("The schemas could not be made at " + address + " as " + user + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static String passwordOf(String schema) {
        return schema.toUpperCase(Locale.ROOT) + "_PASSWORD";
    }

    /// Without the password, which must not reach a log.
    @Override
    public String toString() {
        return user + " at " + address;
    }
}
