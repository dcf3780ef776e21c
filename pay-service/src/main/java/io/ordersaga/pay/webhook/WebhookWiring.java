package io.ordersaga.pay.webhook;

import io.ordersaga.pay.Jobs;
import io.ordersaga.pay.PayConfig;
import io.ordersaga.pay.Providers;
import io.ordersaga.pay.Settlement;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Builds what takes the notices of providers.
@Configuration(proxyBeanMethods = false)
public class WebhookWiring {
    @Bean
    ReceiveNotice receiveNotice(
            Jdbi jdbi, Providers providers, Settlement settlement, PayConfig config, InstantSource clock) {
        return new ReceiveNotice(jdbi.onDemand(NoticeTable.class), providers, settlement, config, clock);
    }

    @Bean
    PayWebhookEndpoint payWebhookEndpoint(ReceiveNotice receiveNotice) {
        return new PayWebhookEndpoint(receiveNotice);
    }

    @Bean
    Jobs webhookJobs(ReceiveNotice receiveNotice, PayConfig config) {
        return new Jobs().every(config.purge().interval(), "forget old notices", receiveNotice::forget);
    }
}
