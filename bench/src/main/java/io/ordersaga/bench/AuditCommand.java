package io.ordersaga.bench;

import io.ordersaga.audit.AuditResult;
import io.ordersaga.audit.Auditor;
import io.ordersaga.audit.Finding;
import io.ordersaga.audit.Schemas;
import io.ordersaga.stack.Account;
import io.ordersaga.stack.StackFolder;
import io.ordersaga.stack.cli.Subcommand;
import io.ordersaga.stack.process.StartFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// `./ordersaga audit`.
@Command(
        name = "audit",
        sortOptions = false,
        description = {
            "Checks what must be true of the rows of all schemas (docs/audit.md), as a user who can only read.",
            "The exit code is 1 when a rule is broken, and 2 when the audit could not be done."
        })
public final class AuditCommand implements Subcommand {
    private static final int BROKEN = 1;
    private static final int NOT_DONE = 2;
    private static final int TIMEOUT_MILLIS = 5_000;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "The folder of the running stack (default: .local in the project).")
    private @Nullable Path folder;

    @Option(
            names = "--database",
            paramLabel = "URL",
            defaultValue = "${env:ORDERSAGA_AUDIT_DATABASE}",
            description = {
                "Another server, jdbc:mysql://HOST:PORT/?user=ordersaga_audit&password=PASSWORD",
                "The environment variable ORDERSAGA_AUDIT_DATABASE says the same and hides the password from others."
            })
    private @Nullable String database;

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long a row must be at rest before it counts (default: ${DEFAULT-VALUE}); 0 when nothing "
                    + "runs.")
    private int grace;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many rows of a broken rule are shown (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(names = "--json", description = "Everything as JSON on standard output, and nothing else.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        var commandLine = Objects.requireNonNull(spec).commandLine();
        Auditor.Limits limits = new Auditor.Limits(
                Duration.ofSeconds(grace), examples, Auditor.Limits.standard().ruleTimeout());
        AuditResult result;
        try (Connection connection = connect()) {
            result = new Auditor(Schemas.standard(), limits, InstantSource.system()).run(connection);
        } catch (SQLException e) {
            commandLine.getErr().println("The audit could not be done: " + e.getMessage());
            return NOT_DONE;
        }
        print(result, commandLine.getOut());
        return result.clean() ? 0 : BROKEN;
    }

    private Connection connect() throws SQLException {
        String timeouts = "connectTimeout=" + TIMEOUT_MILLIS;
        if (database != null && !database.isEmpty()) {
            return DriverManager.getConnection(database + (database.contains("?") ? "&" : "?") + timeouts);
        }
        Account account = Account.read(stack().auditor())
                .orElseThrow(() -> new StartFailure("There is no stack in " + stack().path()
                        + ": start one with ./ordersaga up, or name a server " + "with --database"));
        return DriverManager.getConnection(
                account.url() + (account.url().contains("?") ? "&" : "?") + timeouts,
                account.user(),
                account.password());
    }

    private StackFolder stack() {
        Path root = Path.of(System.getProperty("ordersaga.root", "."));
        return new StackFolder(folder == null ? root.resolve(".local") : folder);
    }

    private void print(AuditResult result, PrintWriter out) {
        if (json) {
            out.println(JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(asMap(result)));
            return;
        }
        for (Finding finding : result.broken()) {
            out.println("BROKEN %s: %s (%,d)".formatted(finding.rule(), finding.promise(), finding.violations()));
            finding.examples().forEach(row -> out.println("    " + row));
        }
        out.println(result.line());
    }

    private static Map<String, Object> asMap(AuditResult result) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("time", result.time().toString());
        map.put("took_millis", result.took().toMillis());
        map.put("violations", result.violations());
        map.put("rules", result.findings().stream().map(AuditCommand::asMap).toList());
        return map;
    }

    private static Map<String, Object> asMap(Finding finding) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("rule", finding.rule());
        map.put("promise", finding.promise());
        map.put("violations", finding.violations());
        map.put("examples", finding.examples());
        map.put("took_millis", finding.took().toMillis());
        return map;
    }
}
