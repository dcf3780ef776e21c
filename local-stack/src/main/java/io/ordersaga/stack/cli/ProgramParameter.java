package io.ordersaga.stack.cli;

import io.ordersaga.stack.Component;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/// The one component that a command is about.
final class ProgramParameter {
    @Parameters(paramLabel = "NAME", description = "database, coordinator, stock, coupon, pay, order or gateway")
    private @Nullable Component component;

    Component component() {
        return Objects.requireNonNull(component);
    }
}
