package io.ordersaga.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What one audit found.
///
/// @param time of the snapshot that was read, by the clock of whoever ran it
/// @param took from the snapshot to the last answer
/// @param findings one for each rule, in the order of the rules
public record AuditResult(Instant time, Duration took, List<Finding> findings) {
    public AuditResult {
        findings = List.copyOf(findings);
    }

    /// Over all rules.
    public long violations() {
        return findings.stream().mapToLong(Finding::violations).sum();
    }

    public boolean clean() {
        return violations() == 0;
    }

    /// Those of rules that are broken.
    public List<Finding> broken() {
        return findings.stream().filter(finding -> finding.violations() > 0).toList();
    }

    /// Such as `OK: 31 rules over 5 schemas, 0 violations; 0.4 s`.
    public String line() {
        return "%s: %d rules over 5 schemas, %,d violations%s; %.1f s"
                .formatted(
                        clean() ? "OK" : "BROKEN",
                        findings.size(),
                        violations(),
                        clean()
                                ? ""
                                : " of " + broken().stream().map(Finding::rule).toList(),
                        took.toMillis() / 1000.0);
    }
}
