package io.ordersaga.pay.stripe;

import io.ordersaga.pay.PayConfig;
import io.ordersaga.pay.provider.ProviderCalls;
import io.ordersaga.pay.provider.WebhookSignature;
import java.time.InstantSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/// Builds the adapter to Stripe, when there is a key.
@Configuration(proxyBeanMethods = false)
@Conditional(StripeWiring.HasKey.class)
public class StripeWiring {
    static final class HasKey implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !Binder.get(context.getEnvironment())
                    .bind("ordersaga.pay.stripe.secret-key", String.class)
                    .orElse("")
                    .isEmpty();
        }
    }

    @Bean
    StripeProvider stripeProvider(PayConfig config, InstantSource clock) {
        return new StripeProvider(
                config.stripe(),
                new ProviderCalls(config.calls()),
                new WebhookSignature(
                        config.stripe().webhookSecrets(), config.webhooks().tolerance()),
                clock);
    }
}
