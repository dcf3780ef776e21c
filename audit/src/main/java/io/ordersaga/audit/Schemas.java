package io.ordersaga.audit;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names of the five schemas on the server that is read.
///
/// @param order of order-service, and so on
public record Schemas(String order, String stock, String coupon, String pay, String saga) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,64}");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)}");

    public Schemas {
        for (String name : new String[] {order, stock, coupon, pay, saga}) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("'" + name + "' is no name of a schema");
            }
        }
    }

    /// Those of every installation.
    public static Schemas standard() {
        return new Schemas("ordersaga_order", "ordersaga_stock", "ordersaga_coupon", "ordersaga_pay", "ordersaga_saga");
    }

    /// The statement with the names in the places of `{order}`, `{stock}`, `{coupon}`, `{pay}` and `{saga}`.
    String named(String sql, Map<String, String> more) {
        return PLACEHOLDER
                .matcher(sql)
                .replaceAll(found -> Matcher.quoteReplacement(
                        switch (found.group(1)) {
                            case "order" -> order;
                            case "stock" -> stock;
                            case "coupon" -> coupon;
                            case "pay" -> pay;
                            case "saga" -> saga;
                            default -> {
                                String value = more.get(found.group(1));
                                if (value == null) {
                                    throw new IllegalArgumentException("Nothing is known for " + found.group());
                                }
                                yield value;
                            }
                        }));
    }
}
