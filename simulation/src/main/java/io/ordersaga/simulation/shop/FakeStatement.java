package io.ordersaga.simulation.shop;

import io.ordersaga.simulation.shop.BranchDatabase.BarrierKey;
import io.ordersaga.simulation.shop.BranchDatabase.Transaction;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A prepared statement whose text is one of a few.
final class FakeStatement implements InvocationHandler {

    private static final int PARAMETERS_MAX = 8;

    private final Transaction transaction;
    private final String sql;
    private final @Nullable Object[] bound = new @Nullable Object[PARAMETERS_MAX];

    FakeStatement(Transaction transaction, String sql) {
        this.transaction = transaction;
        this.sql = sql;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
        return switch (method.getName()) {
            case "setBytes", "setString", "setLong" -> {
                Object[] values = Objects.requireNonNull(arguments);
                bound[(Integer) values[0]] = values[1];
                yield null;
            }
            case "executeUpdate" -> update();
            case "executeQuery" -> resultOf(query());
            case "close" -> null;
            default -> throw new SQLException("PreparedStatement." + method.getName() + " is not simulated");
        };
    }

    private int update() throws SQLException {
        if (sql.startsWith("INSERT INTO barrier ")) {
            if (!transaction.insertBarrier(new BarrierKey(bytes(1), bytes(2), bytes(3), bytes(4)), bytes(6))) {
                throw new SQLException("Duplicate entry for key 'PRIMARY'", "23000", 1062);
            }
            return 1;
        }
        return switch (sql) {
            case Shelf.TAKE -> transaction.take(number(1));
            case Shelf.GIVE_BACK -> transaction.take(-number(1));
            case Shelf.INSERT_EFFECT -> {
                transaction.insertEffect(text(1), text(2), text(3), number(4));
                yield 1;
            }
            default -> throw new SQLException("not simulated: " + sql);
        };
    }

    private @Nullable String query() throws SQLException {
        if (sql.startsWith("SELECT reason\nFROM barrier\n")) {
            return transaction.barrierReason(new BarrierKey(bytes(1), bytes(2), bytes(3), bytes(4)));
        }
        throw new SQLException("not simulated: " + sql);
    }

    /// One row with one column, or no row.
    private static Object resultOf(@Nullable String value) {
        boolean[] read = {false};
        return Proxy.newProxyInstance(
                FakeStatement.class.getClassLoader(), new Class<?>[] {ResultSet.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "next" -> {
                            boolean isRow = value != null && !read[0];
                            read[0] = true;
                            yield isRow;
                        }
                        case "getBytes" -> Objects.requireNonNull(value).getBytes(StandardCharsets.UTF_8);
                        case "close" -> null;
                        default -> throw new SQLException("ResultSet." + method.getName() + " is not simulated");
                    };
                });
    }

    private String bytes(int parameter) {
        return new String((byte[]) Objects.requireNonNull(bound[parameter]), StandardCharsets.UTF_8);
    }

    private String text(int parameter) {
        return (String) Objects.requireNonNull(bound[parameter]);
    }

    private long number(int parameter) {
        return (Long) Objects.requireNonNull(bound[parameter]);
    }
}
