package io.ordersaga.pay;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The providers that this service works with, by name.
public final class Providers {
    private final Map<String, PaymentProvider> providers;

    Providers(List<PaymentProvider> providers) {
        this.providers = providers.stream().collect(Collectors.toMap(PaymentProvider::name, Function.identity()));
    }

    public Optional<PaymentProvider> named(String name) {
        return Optional.ofNullable(providers.get(name));
    }

    /// The provider of a payment or a refund.
    ///
    /// @throws ProviderUnavailableException when it is switched off
    PaymentProvider of(Payment payment) {
        return named(payment.provider())
                .orElseThrow(() ->
                        new ProviderUnavailableException("provider " + payment.provider() + " is switched off", null));
    }
}
