package io.ordersaga.pay.webhook;

import io.ordersaga.pay.Jobs;
import io.ordersaga.pay.PayConfig;
import io.ordersaga.pay.Providers;
import io.ordersaga.pay.Settlement;
import java.time.Duration;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Builds what takes the notices of providers.
@Configuration(proxyBeanMethods = false)
public class WebhookWiring {
    private static final Duration FORGET_INTERVAL = Duration.ofMinutes(1);

    @Bean
    ReceiveNotice receiveNotice(
            Jdbi jdbi, Providers providers, Settlement settlement, PayConfig config, InstantSource clock) {
        return new ReceiveNotice(jdbi.onDemand(NoticeTable.class), providers, settlement, config.webhooks(), clock);
    }

    @Bean
    PayWebhookEndpoint payWebhookEndpoint(ReceiveNotice receiveNotice) {
        return new PayWebhookEndpoint(receiveNotice);
    }

    @Bean
    Jobs webhookJobs(ReceiveNotice receiveNotice) {
        return new Jobs().every(FORGET_INTERVAL, "forget old notices", receiveNotice::forget);
    }
}
