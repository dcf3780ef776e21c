package io.ordersaga.order.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.audit.Auditor;
import io.ordersaga.audit.Schemas;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

/// Builds what audits. Needs a clock, metrics, and scheduling switched on.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuditConfig.class)
public class AuditWiring {
    /// A connection for each audit: there are few, and a pool that could read everything would be open all the time.
    @Bean
    AuditRuns auditRuns(AuditConfig config, MeterRegistry metrics, InstantSource clock) {
        Auditor auditor = new Auditor(
                Schemas.standard(),
                new Auditor.Limits(config.grace(), config.examples(), config.ruleTimeLimit()),
                clock);
        return new AuditRuns(() -> auditor.run(config.url(), config.user(), config.password()), metrics, clock);
    }

    @Bean
    AuditEndpoint auditEndpoint(AuditRuns runs, AuditConfig config) {
        return new AuditEndpoint(runs, config);
    }

    @Bean
    SchedulingConfigurer auditSchedule(AuditRuns runs, AuditConfig config) {
        return tasks -> {
            if (config.setUp() && config.interval().isPositive()) {
                tasks.addFixedDelayTask(runs::begin, config.interval());
            }
        };
    }
}
