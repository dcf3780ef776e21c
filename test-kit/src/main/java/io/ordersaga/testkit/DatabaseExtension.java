package io.ordersaga.testkit;

import java.util.Locale;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives each test class its own [TestDatabase]; see [DatabaseTest].
final class DatabaseExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(DatabaseExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestDatabase.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> testClass = outermost(context.getRequiredTestClass());
        // Stored with the root context under the class, so that nested classes share it; closed by JUnit at the end.
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(
                        testClass,
                        type -> TestDatabase.create(type.getSimpleName().toLowerCase(Locale.ROOT)),
                        TestDatabase.class);
    }

    private static Class<?> outermost(Class<?> type) {
        Class<?> outer = type;
        while (outer.getEnclosingClass() != null) {
            outer = outer.getEnclosingClass();
        }
        return outer;
    }
}
