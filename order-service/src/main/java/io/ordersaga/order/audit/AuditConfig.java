package io.ordersaga.order.audit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the audits that this service runs.
///
/// @param url JDBC URL of the server that has all schemas, or of a replica of it, without a schema
/// @param user who may read all of them, and should be able to do nothing else
/// @param password of that user; without one no audit is run, and RunAudit is refused
/// @param interval between two audits that nobody asked for; 0 is never
/// @param grace how long a row must be at rest before it counts
/// @param examples rows of a broken rule that are told at most
/// @param ruleTimeLimit after which the query of one rule is given up, which fails the audit
/// @param runWait how long RunAudit waits when it is not told
@ConfigurationProperties(prefix = "ordersaga.audit", ignoreUnknownFields = false)
record AuditConfig(
        String url,
        @DefaultValue("ordersaga_audit") String user,
        @DefaultValue("") String password,
        @DefaultValue("10m") Duration interval,
        @DefaultValue("2m") Duration grace,
        @DefaultValue("20") int examples,
        @DefaultValue("1m") Duration ruleTimeLimit,
        @DefaultValue("2s") Duration runWait) {
    private static final int EXAMPLES_MAX = 100;

    AuditConfig {
        check(url.startsWith("jdbc:mysql://"), "url", url);
        check(!interval.isNegative(), "interval", interval);
        check(!grace.isNegative(), "grace", grace);
        check(examples >= 0 && examples <= EXAMPLES_MAX, "examples", examples);
        check(ruleTimeLimit.toSeconds() >= 1, "rule-time-limit", ruleTimeLimit);
        check(!runWait.isNegative(), "run-wait", runWait);
    }

    boolean setUp() {
        return !password.isEmpty();
    }

    private static void check(boolean valid, String key, Object value) {
        if (!valid) {
            throw new IllegalArgumentException("ordersaga.audit." + key + " must not be '" + value + "'");
        }
    }

    /// Without the password, which must not reach a log.
    @Override
    public String toString() {
        return "AuditConfig[%s at %s, every %s]".formatted(user, url, interval);
    }
}
