package io.ordersaga.stack;

import java.util.Arrays;
import java.util.List;

/// What a local stack consists of: the database and the six programs, in the order in which they are listed.
public enum Component {
    DATABASE("database", ""),
    COORDINATOR("coordinator", "saga-coordinator"),
    STOCK("stock", "stock-service"),
    COUPON("coupon", "coupon-service"),
    PAY("pay", "pay-service"),
    ORDER("order", "order-service"),
    GATEWAY("gateway", "order-gateway");

    private final String label;
    private final String module;

    Component(String label, String module) {
        this.label = label;
        this.module = module;
    }

    /// The short name that people type.
    public String label() {
        return label;
    }

    /// The Maven module, which is also the name of its jar; empty for the database.
    String module() {
        return module;
    }

    public static List<Component> programs() {
        return Arrays.stream(values())
                .filter(component -> component != DATABASE)
                .toList();
    }

    /// The component of this label.
    ///
    /// @throws IllegalArgumentException naming the choices
    public static Component named(String label) {
        return Arrays.stream(values())
                .filter(component -> component.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no program '" + label + "'; the names are "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(Component::label).toList())));
    }
}
