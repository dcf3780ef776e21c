package io.ordersaga.coordinator.admin.page;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.grpc.Status;
import io.ordersaga.coordinator.admin.page.SheetView.Button;
import io.ordersaga.coordinator.admin.page.SheetView.Cell;
import io.ordersaga.coordinator.admin.page.SheetView.Column;
import io.ordersaga.coordinator.admin.page.SheetView.Empty;
import io.ordersaga.coordinator.admin.page.SheetView.Search;
import io.ordersaga.coordinator.admin.page.SheetView.Table;
import io.ordersaga.saga.v1.AuditEntry;
import io.ordersaga.saga.v1.ExportAuditRequest;
import io.ordersaga.saga.v1.ListAuditRequest;
import io.ordersaga.saga.v1.ListAuditResponse;
import io.ordersaga.saga.v1.VerifyAuditRequest;
import io.ordersaga.saga.v1.VerifyAuditResponse;
import java.io.IOException;
import java.io.Writer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.springframework.web.servlet.function.ServerResponse;

/// What operators did and were refused.
final class AuditPage {

    private static final List<String> FILTERS = List.of("operator", "resource", "method", "kind", "since", "until");
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd['T'HH:mm[:ss[.SSS]][XXXXX]]", Locale.ROOT);

    private AuditPage() {}

    static ServerResponse list(Visit visit) {
        ListAuditRequest.Builder request = ListAuditRequest.newBuilder()
                .setOperator(visit.parameter("operator").strip())
                .setResource(visit.parameter("resource").strip())
                .setMethod(visit.parameter("method").strip())
                .setKind(kind(visit.parameter("kind")))
                .setPageToken(visit.parameter("page"));
        moment(visit, "since").ifPresent(request::setStartTime);
        moment(visit, "until").ifPresent(request::setEndTime);
        ListAuditResponse page = visit.backend().audit().listAudit(request.build());
        String narrowed = FILTERS.stream()
                .map(name -> name + "=" + Links.encoded(visit.parameter(name)))
                .collect(Collectors.joining("&", "/audit?", ""));
        Table table = new Table(
                visit.text("audit.table"),
                "",
                List.of(),
                new Search(
                        "/audit",
                        List.of(
                                field(visit, "operator", "audit.operator"),
                                field(visit, "resource", "audit.resource"),
                                field(visit, "method", "audit.method"),
                                kinds(visit),
                                field(visit, "since", "audit.since"),
                                field(visit, "until", "audit.until"))),
                List.of(
                        new Column(visit.text("audit.seq"), "w-n num"),
                        new Column(visit.text("audit.time"), "w-time"),
                        new Column(visit.text("audit.kind"), "w-out"),
                        new Column(visit.text("audit.operator"), "w-step"),
                        new Column(visit.text("audit.method"), ""),
                        new Column(visit.text("audit.resource"), ""),
                        new Column(visit.text("audit.outcome"), "w-node")),
                page.getEntriesList().stream().map(entry -> row(visit, entry)).toList(),
                new Empty(visit.text("audit.none"), visit.text("audit.none.text"), "search"),
                page.getNextPageToken().isEmpty() ? "" : narrowed + "&page=" + Links.encoded(page.getNextPageToken()));
        return visit.sheet(new SheetView(
                "audit",
                visit.text("nav.audit"),
                visit.text("audit.lead"),
                List.of(),
                List.of(
                        Button.dialog(visit.text("audit.verify"), "/audit/verify", "check", false),
                        Button.link(visit.text("audit.export"), "/audit/export", "down")),
                "",
                List.of(table),
                ""));
    }

    private static DialogView.Field field(Visit visit, String name, String key) {
        return DialogView.Field.line(name, visit.text(key), "", false).valued(visit.parameter(name));
    }

    private static DialogView.Field kinds(Visit visit) {
        List<DialogView.Option> kinds = List.of(
                new DialogView.Option("", visit.text("audit.kind.any")),
                new DialogView.Option("DONE", visit.text("state.audit.done")),
                new DialogView.Option("DENIED", visit.text("state.audit.denied")),
                new DialogView.Option("BEGUN", visit.text("state.audit.begun")));
        return new DialogView.Field(
                "kind", "select", visit.text("audit.kind"), "", visit.parameter("kind"), kinds, false);
    }

    private static AuditEntry.Kind kind(String name) {
        return switch (name) {
            case "DONE" -> AuditEntry.Kind.DONE;
            case "DENIED" -> AuditEntry.Kind.DENIED;
            case "BEGUN" -> AuditEntry.Kind.BEGUN;
            default -> AuditEntry.Kind.KIND_UNSPECIFIED;
        };
    }

    /// A day, or a day and a time, in the viewer's zone; or with a zone of its own.
    private static Optional<Timestamp> moment(Visit visit, String name) {
        String text = visit.parameter(name).strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            TemporalAccessor read =
                    MOMENT.parseBest(text.replace(' ', 'T'), ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
            Instant at = switch (read) {
                case ZonedDateTime zoned -> zoned.toInstant();
                case LocalDateTime local -> local.atZone(visit.formats().zone()).toInstant();
                default ->
                    LocalDate.from(read).atStartOfDay(visit.formats().zone()).toInstant();
            };
            return Optional.of(Timestamps.fromMillis(at.toEpochMilli()));
        } catch (DateTimeException | IllegalArgumentException noTime) {
            throw Status.INVALID_ARGUMENT
                    .withDescription(name + ": expected a time such as 2026-11-21 or 2026-11-21T10:00")
                    .withCause(noTime)
                    .asRuntimeException();
        }
    }

    private static List<Cell> row(Visit visit, AuditEntry entry) {
        StateView state = switch (entry.getKind()) {
            case DONE -> new StateView("audit.done", "ok", "ok");
            case DENIED -> new StateView("audit.denied", "park", "park");
            case BEGUN -> new StateView("audit.begun", "run", "run");
            case KIND_UNSPECIFIED, UNRECOGNIZED -> StateView.OTHER;
        };
        // Of a call its service and method; of a page's address all of it.
        String called = entry.getMethod().substring(entry.getMethod().lastIndexOf('.') + 1);
        int slash = called.indexOf('/');
        boolean method = slash > 0 && !called.startsWith("/") && !called.contains(" ");
        String[] outcome = entry.getOutcome().split(" ", 2);
        return List.of(
                Cell.number(visit.formats().count(entry.getSeq())),
                Cell.time(Formats.instant(entry.getTime())),
                Cell.state(state),
                Cell.text(entry.getOperator(), entry.getOrigin()),
                Cell.mono(method ? called.substring(slash + 1) : called, method ? called.substring(0, slash) : "", ""),
                Cell.text(entry.getResource(), entry.getReason()),
                Cell.text(outcome.length > 1 ? outcome[1] : outcome[0], outcome.length > 1 ? outcome[0] : ""));
    }

    /// As far as it gets while somebody waits; then they may have it go on.
    static ServerResponse verify(Visit visit) {
        long endNanos = System.nanoTime() + visit.desk().settings().deadline().toNanos();
        long first =
                Math.max(1, OperationPages.seconds(visit.parameter("first")).getSeconds());
        VerifyAuditResponse found;
        do {
            found = visit.backend()
                    .audit()
                    .verifyAudit(
                            VerifyAuditRequest.newBuilder().setFirstSeq(first).build());
            first = found.getLastSeq() + 1;
        } while (isUnfinished(found) && System.nanoTime() - endNanos < 0);
        return visit.dialog(verdict(visit.formats(), found));
    }

    private static boolean isUnfinished(VerifyAuditResponse found) {
        return found.getIntact() && found.getEntries() > 0 && found.getLastSeq() < found.getHeadSeq();
    }

    static DialogView verdict(Formats formats, VerifyAuditResponse found) {
        String last = formats.count(found.getLastSeq());
        if (isUnfinished(found)) {
            return DialogView.question(
                    formats.text("audit.verify.on"),
                    formats.text("audit.unfinished", last, formats.count(found.getHeadSeq())),
                    "/audit/verify",
                    Map.of("first", String.valueOf(found.getLastSeq() + 1)));
        }
        String text = found.getIntact()
                ? formats.text("audit.intact", last, last)
                : formats.text("audit.broken", String.valueOf(found.getBrokenSeq()), found.getProblem());
        return DialogView.secret(formats.text("audit.verify"), text, found.getHeadHash());
    }

    /// The whole log, sent while it is read.
    static ServerResponse export(Visit visit) {
        String first = exported(visit, 0);
        return visit.file(
                "audit.ndjson",
                "application/x-ndjson",
                file -> copy(file, after -> after == 0 ? first : exported(visit, after)));
    }

    private static String exported(Visit visit, long after) {
        return visit.backend()
                .audit()
                .exportAudit(ExportAuditRequest.newBuilder().setAfterSeq(after).build())
                .getData()
                .toStringUtf8();
    }

    /// @param behind the lines behind an entry, the oldest first; none is the end
    static void copy(Writer file, LongFunction<String> behind) throws IOException {
        long last = 0;
        String lines = behind.apply(last);
        while (!lines.isEmpty()) {
            file.write(lines);
            file.flush();
            AuditEntry.Builder newest = AuditEntry.newBuilder();
            String line = lines.stripTrailing();
            JsonFormat.parser().merge(line.substring(line.lastIndexOf('\n') + 1), newest);
            if (newest.getSeq() <= last) {
                throw new IOException("the audit log goes on with entry " + newest.getSeq() + " behind " + last);
            }
            last = newest.getSeq();
            lines = behind.apply(last);
        }
    }
}
