package io.ordersaga.stack;

import java.util.Arrays;
import java.util.Locale;

/// Every port that a local stack listens on, with its default.
public enum Port {
    DATABASE(Component.DATABASE, 23306),
    COORDINATOR(Component.COORDINATOR, 36789),
    COORDINATOR_GRPC(Component.COORDINATOR, 36790),
    COORDINATOR_MANAGEMENT(Component.COORDINATOR, 36791),
    STOCK(Component.STOCK, 28282),
    STOCK_MANAGEMENT(Component.STOCK, 28283),
    STOCK_BRANCHES(Component.STOCK, 28285),
    COUPON(Component.COUPON, 18282),
    COUPON_MANAGEMENT(Component.COUPON, 18283),
    COUPON_BRANCHES(Component.COUPON, 18285),
    PAY(Component.PAY, 38282),
    PAY_MANAGEMENT(Component.PAY, 38283),
    PAY_BRANCHES(Component.PAY, 38285),
    PAY_MOCK(Component.PAY, 38284),
    ORDER(Component.ORDER, 8282),
    ORDER_MANAGEMENT(Component.ORDER, 8283),
    ORDER_BRANCHES(Component.ORDER, 8285),
    GATEWAY(Component.GATEWAY, 8080),
    GATEWAY_MANAGEMENT(Component.GATEWAY, 8081);

    private final Component component;
    private final int defaultNumber;

    Port(Component component, int defaultNumber) {
        this.component = component;
        this.defaultNumber = defaultNumber;
    }

    public Component component() {
        return component;
    }

    public int defaultNumber() {
        return defaultNumber;
    }

    /// The name in `--port NAME=NUMBER`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The port that answers health checks of a program.
    static Port managementOf(Component component) {
        return Port.valueOf(component.name() + "_MANAGEMENT");
    }

    /// The port that has the branches of a service over HTTP.
    static Port branchesOf(Component component) {
        return Port.valueOf(component.name() + "_BRANCHES");
    }

    /// Whether it is the one that its program is known by.
    boolean isMain() {
        return name().equals(component.name());
    }

    /// The port of this label.
    ///
    /// @throws IllegalArgumentException naming the choices
    public static Port named(String label) {
        return Arrays.stream(values())
                .filter(port -> port.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no port '" + label + "'; the names are "
                        + String.join(
                                ", ", Arrays.stream(values()).map(Port::label).toList())));
    }
}
