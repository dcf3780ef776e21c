package io.ordersaga.coordinator.admin.page;

import com.google.api.HttpBody;
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
import java.util.List;
import org.springframework.web.servlet.function.ServerResponse;

/// What operators did and were refused.
final class AuditPage {

    private AuditPage() {}

    static ServerResponse list(Visit visit) {
        ListAuditResponse page = visit.backend()
                .audit()
                .listAudit(ListAuditRequest.newBuilder()
                        .setOperator(visit.parameter("operator").strip())
                        .setResource(visit.parameter("resource").strip())
                        .setMethod(visit.parameter("method").strip())
                        .setPageToken(visit.parameter("page"))
                        .build());
        String narrowed = "/audit?operator=" + Links.encoded(visit.parameter("operator")) + "&resource="
                + Links.encoded(visit.parameter("resource")) + "&method="
                + Links.encoded(visit.parameter("method"));
        Table table = new Table(
                visit.text("audit.table"),
                "",
                List.of(),
                new Search(
                        "/audit",
                        List.of(
                                field(visit, "operator", "audit.operator"),
                                field(visit, "resource", "audit.resource"),
                                field(visit, "method", "audit.method"))),
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

    static ServerResponse verify(Visit visit) {
        VerifyAuditResponse found = visit.backend().audit().verifyAudit(VerifyAuditRequest.getDefaultInstance());
        Formats formats = visit.formats();
        String text = found.getIntact()
                ? visit.text("audit.intact", formats.count(found.getEntries()), String.valueOf(found.getLastSeq()))
                : visit.text("audit.broken", String.valueOf(found.getBrokenSeq()), found.getProblem());
        return visit.dialog(DialogView.secret(visit.text("audit.verify"), text, found.getHeadHash()));
    }

    static ServerResponse export(Visit visit) {
        HttpBody body = visit.backend().audit().exportAudit(ExportAuditRequest.getDefaultInstance());
        return visit.file("audit.ndjson", "application/x-ndjson", body.getData().toStringUtf8());
    }
}
