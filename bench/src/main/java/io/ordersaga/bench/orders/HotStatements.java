package io.ordersaga.bench.orders;

import io.ordersaga.stack.Account;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// The statements that the services run most while somebody shops, as the database server saw them, and how it finds
/// their rows. The server's own log tells, so that no list has to be kept here.
final class HotStatements {
    private static final int TABLE_ROWS_SMALL = 10_000;
    private static final Pattern TEXT = Pattern.compile("'(?:[^'\\\\]|\\\\.|'')*'");
    private static final Pattern NUMBER = Pattern.compile("\\b\\d+(\\.\\d+)?\\b");
    private static final Pattern LIST = Pattern.compile("(?:\\(\\?(?:, ?\\?)*\\),? ?)+");
    /// The server's log writes the value of a parameter everywhere but there.
    private static final Pattern LIMIT_UNKNOWN = Pattern.compile("(?i)\\b(?<limit>LIMIT\\s+)\\?");

    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern WITH_PLAN = Pattern.compile("(?is)^\\s*(SELECT|UPDATE|DELETE|WITH)\\b.*");

    private final Account administrator;

    /// @param schema whose user ran it
    /// @param shape of the statement, without its values
    /// @param count how often it was run
    /// @param plan one line for each table: how it is read, by which index, how many rows the server expects
    /// @param scans whether a table that is not small is read from end to end
    record Hot(String schema, String shape, long count, List<String> plan, boolean scans) {}

    private record Seen(String schema, String shape, String example, long count) {}

    HotStatements(Account administrator) {
        this.administrator = administrator;
    }

    /// Writes down every statement while `load` runs.
    ///
    /// @param most how many of the most frequent are explained
    List<Hot> during(Runnable load, int most) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET GLOBAL log_output = 'TABLE'");
            statement.execute("TRUNCATE TABLE mysql.general_log");
            statement.execute("SET GLOBAL general_log = ON");
            try {
                load.run();
            } finally {
                statement.execute("SET GLOBAL general_log = OFF");
            }
            List<Hot> hot = new ArrayList<>();
            for (Seen seen : seen(statement).stream().limit(most).toList()) {
                hot.add(explained(statement, seen));
            }
            statement.execute("TRUNCATE TABLE mysql.general_log");
            return hot;
        }
    }

    private static List<Seen> seen(Statement statement) throws SQLException {
        Map<String, Seen> byShape = new HashMap<>();
        try (ResultSet row = statement.executeQuery("""
                SELECT user_host, CONVERT(argument USING utf8mb4)
                FROM mysql.general_log
                WHERE command_type IN ('Query', 'Execute')
                """)) {
            while (row.next()) {
                String user = row.getString(1).replaceFirst("\\[.*", "").strip();
                String sql = row.getString(2).strip();
                boolean service = user.startsWith("ordersaga_")
                        && !user.equals("ordersaga_saga")
                        && !user.equals("ordersaga_audit");
                if (service
                        && WITH_PLAN.matcher(sql).matches()
                        && (sql.toUpperCase(Locale.ROOT).contains(" WHERE ") || sql.contains("\n"))) {
                    String shape = shape(sql);
                    byShape.merge(
                            user + shape,
                            new Seen(user, shape, sql, 1),
                            (one, other) -> new Seen(user, shape, better(one, other), one.count() + 1));
                }
            }
        }
        return byShape.values().stream()
                .sorted(Comparator.comparingLong(Seen::count).reversed())
                .toList();
    }

    /// The one in which the server's log has more of the values.
    private static String better(Seen one, Seen other) {
        return unknown(other.example()) < unknown(one.example()) ? other.example() : one.example();
    }

    private static long unknown(String sql) {
        return TEXT.matcher(sql)
                .replaceAll("")
                .chars()
                .filter(letter -> letter == '?')
                .count();
    }

    /// The statement without its values, so that those that differ only in them count as one.
    static String shape(String sql) {
        String withoutText = TEXT.matcher(sql).replaceAll("?");
        String withoutNumbers = NUMBER.matcher(withoutText).replaceAll("?");
        String oneLine = SPACE.matcher(withoutNumbers).replaceAll(" ").strip();
        return LIST.matcher(oneLine).replaceAll("(?...) ").strip();
    }

    private Hot explained(Statement statement, Seen seen) throws SQLException {
        statement.execute("USE " + seen.schema());
        List<String> plan = new ArrayList<>();
        List<String[]> reads = new ArrayList<>();
        String example = LIMIT_UNKNOWN.matcher(seen.example()).replaceAll("${limit}20");
        try (ResultSet row = statement.executeQuery("EXPLAIN " + example)) {
            while (row.next()) {
                reads.add(new String[] {
                    String.valueOf(row.getString("table")),
                    String.valueOf(row.getString("type")),
                    String.valueOf(row.getString("key")),
                    String.valueOf(row.getString("rows"))
                });
            }
        } catch (SQLException e) {
            // What is not known is not good: it counts as a scan, and says why.
            return new Hot(
                    seen.schema(), seen.shape(), seen.count(), List.of("not explained: " + e.getMessage()), true);
        }
        boolean scans = false;
        for (String[] read : reads) {
            boolean whole = read[1].equals("ALL") || read[1].equals("index");
            // The number of rows that are expected, not of the table: an index read in order may stop early.
            boolean large = !read[3].equals("null") && Long.parseLong(read[3]) > TABLE_ROWS_SMALL;
            scans |= whole && large;
            plan.add("%s: %s by %s, %s rows".formatted(read[0], read[1], read[2], read[3]));
        }
        return new Hot(seen.schema(), seen.shape(), seen.count(), plan, scans);
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(administrator.url(), administrator.user(), administrator.password());
    }
}
