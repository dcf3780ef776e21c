package io.ordersaga.saga.test;

import io.ordersaga.saga.client.DtmClient;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// What [SagaTest] does.
final class SagaExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(SagaExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestCoordinator.class || type == DtmClient.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        TestCoordinator coordinator = ofClass(context)
                .getStore(NAMESPACE)
                .computeIfAbsent(TestCoordinator.class, key -> TestCoordinator.start(), TestCoordinator.class);
        return parameter.getParameter().getType() == DtmClient.class ? coordinator.client() : coordinator;
    }

    /// Nested classes share the coordinator of the class around them.
    private static ExtensionContext ofClass(ExtensionContext context) {
        ExtensionContext found = context;
        while (found.getParent().isPresent()
                && found.getParent().get().getTestClass().isPresent()) {
            found = found.getParent().get();
        }
        return found;
    }
}
