package io.ordersaga.coordinator;

import io.grpc.BindableService;
import io.ordersaga.coordinator.Wiring.NodeName;
import io.ordersaga.coordinator.admin.alert.AlertSettings;
import io.ordersaga.coordinator.admin.alert.Alerts;
import io.ordersaga.coordinator.admin.query.Masking;
import io.ordersaga.kit.AddressRules;
import io.ordersaga.kit.ErrorDomain;
import org.jdbi.v3.core.Jdbi;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Who is told when transactions need a person, put together.
@Configuration(proxyBeanMethods = false)
class AlertWiring {

    /// The system's name service; a test brings one of its own.
    @Bean
    AddressRules alertAddressRules(CoordinatorConfig config, ObjectProvider<AddressRules.Names> names) {
        AlertSettings settings = config.admin().alert();
        AddressRules.Names own = names.getIfAvailable();
        return own == null
                ? new AddressRules(settings.allowHttp(), settings.allowPrivate())
                : new AddressRules(settings.allowHttp(), settings.allowPrivate(), own);
    }

    // Stopped by its lifecycle, while there is a database.
    @Bean(destroyMethod = "")
    Alerts alerts(
            Jdbi jdbi,
            CoordinatorConfig config,
            AddressRules rules,
            SteadyClock clock,
            NodeName node,
            ErrorDomain domain) {
        Masking masking = new Masking(config.admin().masking());
        return new Alerts(jdbi, config.admin().alert(), rules, clock, node.name(), masking::text, domain);
    }

    @Bean
    BindableService alertEndpoint(Alerts alerts) {
        return alerts.endpoint();
    }

    @Bean
    QueryWiring.OpenAlerts openAlerts(Alerts alerts) {
        return alerts::countOn;
    }

    @Bean
    SmartLifecycle alerting(Alerts alerts) {
        return new Alerting(alerts);
    }

    private static final class Alerting implements SmartLifecycle {
        private final Alerts alerts;
        private volatile boolean running;

        Alerting(Alerts alerts) {
            this.alerts = alerts;
        }

        @Override
        public void start() {
            alerts.start();
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            alerts.close();
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }
}
