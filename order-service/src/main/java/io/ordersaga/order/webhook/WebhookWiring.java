package io.ordersaga.order.webhook;

import io.ordersaga.kit.AddressRules;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.SecretBox;
import java.time.Duration;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

/// Builds what tells others of order events. Needs a database, an error domain and a clock, and scheduling
/// switched on.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookConfig.class)
public class WebhookWiring {
    @Bean
    OutboxTable outboxTable(Jdbi jdbi) {
        return jdbi.onDemand(OutboxTable.class);
    }

    @Bean
    WebhookTable webhookTable(Jdbi jdbi) {
        return jdbi.onDemand(WebhookTable.class);
    }

    @Bean
    AddressRules addressRules(WebhookConfig config) {
        return new AddressRules(config.allowHttp(), config.allowPrivate());
    }

    @Bean
    WebhookServiceEndpoint webhookServiceEndpoint(
            WebhookTable table,
            EndpointSecrets secrets,
            AddressRules rules,
            WebhookConfig config,
            ErrorDomain domain,
            InstantSource clock) {
        return new WebhookServiceEndpoint(table, secrets, rules, config, domain, clock);
    }

    @Bean
    EndpointSecrets endpointSecrets(WebhookTable table, WebhookConfig config) {
        return new EndpointSecrets(table, new SecretBox(config.sealing()));
    }

    @Bean
    EventRelay eventRelay(OutboxTable outbox, WebhookTable table, WebhookConfig config, InstantSource clock) {
        return new EventRelay(outbox, table, config, clock);
    }

    @Bean
    WebhookCall webhookCall(AddressRules rules, EndpointSecrets secrets, WebhookConfig config) {
        return new WebhookCall(rules, secrets, config);
    }

    @Bean
    WebhookSender webhookSender(WebhookTable table, WebhookCall call, WebhookConfig config, InstantSource clock) {
        return new WebhookSender(table, call, config, clock);
    }

    @Bean
    SchedulingConfigurer webhookSchedule(
            EventRelay relay, WebhookSender sender, EndpointSecrets secrets, WebhookConfig config) {
        return tasks -> {
            tasks.addOneTimeTask(secrets::renew, Duration.ZERO);
            tasks.addFixedDelayTask(relay::relay, config.relay().interval());
            tasks.addFixedDelayTask(sender::send, config.sending().interval());
            tasks.addFixedDelayTask(sender::tend, config.sending().tendInterval());
        };
    }
}
