package io.ordersaga.bench.lab;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.ordersaga.stack.process.StartFailure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A database server and an account on it that may make schemas.
///
/// @param host name or address
/// @param port of the server
/// @param user who logs in
/// @param password of that user
public record Server(String host, int port, String user, String password) {
    private static final Pattern URL = Pattern.compile("jdbc:mysql://([^/?:]+):(\\d+)/?(?:\\?(.*))?");

    /// A server of the user's.
    ///
    /// @param url `jdbc:mysql://HOST:PORT/?user=NAME&password=PASSWORD`
    /// @throws IllegalArgumentException when it is no such URL
    public static Server given(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "A database is given as jdbc:mysql://HOST:PORT/?user=NAME&password=PASSWORD");
        }
        String query = matcher.group(3) == null ? "" : matcher.group(3);
        return new Server(
                matcher.group(1),
                Integer.parseInt(matcher.group(2)),
                option(query, "user", "root"),
                option(query, "password", ""));
    }

    private static String option(String query, String name, String otherwise) {
        for (String part : query.split("&", -1)) {
            if (part.startsWith(name + "=")) {
                return URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return otherwise;
    }

    /// The same server behind another port of this machine, such as a relay's.
    public Server behind(int otherPort) {
        return new Server("127.0.0.1", otherPort, user, password);
    }

    /// JDBC URL of a schema; an empty name is the server itself.
    public String url(String schema) {
        return "jdbc:mysql://" + host + ":" + port + "/" + schema + "?allowPublicKeyRetrieval=true&sslMode=DISABLED";
    }

    public Connection connect(String schema) throws SQLException {
        return DriverManager.getConnection(url(schema) + "&connectTimeout=5000&socketTimeout=600000", user, password);
    }

    /// Connections of a schema for a program of ours.
    public HikariDataSource pool(String schema, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url(schema) + "&connectTimeout=2000&socketTimeout=5000&tcpKeepAlive=true");
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(1000);
        config.setValidationTimeout(500);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /// An empty schema of this name, whatever was there before.
    public void makeSchema(String schema) {
        execute(
                "",
                List.of("DROP DATABASE IF EXISTS " + schema, "CREATE DATABASE " + schema + " CHARACTER SET utf8mb4"));
    }

    public void execute(String schema, List<String> statements) {
        try (Connection connection = connect(schema);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new StartFailure(this + " refused: " + e.getMessage());
        }
    }

    /// The values of every row of a query, as text; a NULL is the text `null`.
    public List<List<String>> rows(String schema, String sql) {
        try (Connection connection = connect(schema);
                Statement statement = connection.createStatement();
                var results = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            int columns = results.getMetaData().getColumnCount();
            while (results.next()) {
                List<String> row = new ArrayList<>(columns);
                for (int column = 1; column <= columns; column++) {
                    row.add(String.valueOf(results.getString(column)));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql + " failed: " + e.getMessage(), e);
        }
    }

    public long number(String schema, String sql) {
        return Long.parseLong(rows(schema, sql).getFirst().getFirst());
    }

    /// Without the password, which must not reach a log.
    @Override
    public String toString() {
        return user + " at " + host + ":" + port;
    }
}
