package io.ordersaga.pay.mock;

import io.ordersaga.pay.Jobs;
import io.ordersaga.pay.PayConfig;
import io.ordersaga.pay.provider.ProviderCalls;
import io.ordersaga.pay.provider.WebhookSignature;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Builds the provider of development set-ups, and how it is reached. It shares nothing with the rest but the process
/// and the schema.
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("ordersaga.pay.mock.enabled")
public class MockWiring {
    @Bean
    MockBank mockBank(Jdbi jdbi, PayConfig config, InstantSource clock) {
        return new MockBank(jdbi.onDemand(MockTable.class), config.mock(), signature(config), clock);
    }

    @Bean(initMethod = "start")
    MockServer mockServer(MockBank bank, PayConfig config) {
        return new MockServer(bank, config.mock());
    }

    @Bean
    MockProvider mockProvider(MockServer server, PayConfig config, InstantSource clock) {
        String url = config.mock().url();
        Supplier<String> at = url.isEmpty() ? server::url : () -> url;
        return new MockProvider(at, new ProviderCalls(config.calls()), signature(config), clock);
    }

    @Bean
    Jobs mockJobs(MockBank bank, PayConfig config) {
        return new Jobs()
                .every(config.mock().interval(), "be the mock provider", bank::run)
                .every(
                        config.purge().interval(),
                        "forget what the mock provider knows",
                        () -> bank.forget(config.purge()));
    }

    private static WebhookSignature signature(PayConfig config) {
        return new WebhookSignature(config.mock().secrets(), config.webhooks().tolerance());
    }
}
