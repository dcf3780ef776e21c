package io.ordersaga.coordinator.admin.page;

import io.ordersaga.coordinator.admin.page.SheetView.Button;
import io.ordersaga.coordinator.admin.page.SheetView.Cell;
import io.ordersaga.coordinator.admin.page.SheetView.Column;
import io.ordersaga.coordinator.admin.page.SheetView.Empty;
import io.ordersaga.coordinator.admin.page.SheetView.Search;
import io.ordersaga.coordinator.admin.page.SheetView.Table;
import io.ordersaga.saga.v1.DrainNodeRequest;
import io.ordersaga.saga.v1.ListNodesRequest;
import io.ordersaga.saga.v1.ListNodesResponse;
import io.ordersaga.saga.v1.Node;
import io.ordersaga.saga.v1.UndrainNodeRequest;
import java.util.List;
import java.util.Map;
import org.springframework.web.servlet.function.ServerResponse;

/// The coordinators on this database.
final class NodePages {

    private NodePages() {}

    static ServerResponse list(Visit visit) {
        ListNodesResponse nodes = visit.shared(
                ListNodesResponse.class,
                "nodes",
                () -> visit.backend().nodes().listNodes(ListNodesRequest.getDefaultInstance()));
        Formats formats = visit.formats();
        Table table = new Table(
                visit.text("nodes.table"),
                visit.text(
                        "nodes.backlog",
                        formats.count(nodes.getBacklog()),
                        formats.span(Formats.duration(nodes.getLag()))),
                List.of(),
                Search.NONE,
                List.of(
                        new Column(visit.text("column.state"), "w-state"),
                        new Column(visit.text("node"), ""),
                        new Column(visit.text("node.load"), "w-time"),
                        new Column(visit.text("node.leases.held"), "w-n num"),
                        new Column(visit.text("node.claim"), "w-span"),
                        new Column(visit.text("node.started"), "w-span"),
                        new Column(visit.text("node.heard"), "w-span"),
                        new Column("", "w-actions")),
                nodes.getNodesList().stream()
                        .map(node -> row(visit, node, nodes.getAnsweredBy()))
                        .toList(),
                new Empty(visit.text("nodes.none"), visit.text("nodes.none.text"), "calm"),
                "");
        return visit.sheet(new SheetView(
                "nodes",
                visit.text("nav.nodes"),
                visit.text("nodes.lead"),
                List.of(),
                List.of(),
                "",
                List.of(table),
                "/nodes?part=live"));
    }

    private static List<Cell> row(Visit visit, Node node, String here) {
        Formats formats = visit.formats();
        StateView state = switch (node.getState()) {
            case WORKING -> new StateView("node.working", "ok", "run");
            case DRAINING -> new StateView("node.draining", "back", "back");
            case DRAINED -> new StateView("node.drained", "calm", "pause");
            case SILENT -> new StateView("node.silent", "park", "park");
            case STOPPED -> new StateView("node.stopped", "calm", "calm");
            case STATE_UNSPECIFIED, UNRECOGNIZED -> StateView.OTHER;
        };
        double load = node.getLimit() == 0 ? 0 : Math.min(1, (double) node.getRunning() / node.getLimit());
        String which = node.getHost() + " · " + node.getVersion()
                + (node.getNode().equals(here) ? " · " + visit.text("node.here") : "");
        return List.of(
                Cell.state(state),
                Cell.mono(node.getNode(), which, Links.transactions("owner=" + Links.quoted(node.getNode()))),
                Cell.bar(
                        node.getRunning() + " / " + node.getLimit(),
                        OverviewView.percent(load),
                        load > 0.9 ? "back" : "run"),
                Cell.number(formats.count(node.getLeases())),
                Cell.text(formats.span(Formats.duration(node.getClaimAge())), ""),
                Cell.time(Formats.instant(node.getStartTime())),
                Cell.age(Formats.instant(node.getReportTime())),
                Cell.buttons(buttons(visit, node)));
    }

    private static List<Button> buttons(Visit visit, Node node) {
        if (!visit.frame("").mayOperate()) {
            return List.of();
        }
        String to = switch (node.getState()) {
            case WORKING -> "drain";
            case DRAINING, DRAINED -> "undrain";
            case SILENT, STOPPED, STATE_UNSPECIFIED, UNRECOGNIZED -> "";
        };
        return to.isEmpty()
                ? List.of()
                : List.of(Button.dialog(
                        visit.text("node." + to),
                        "/nodes/change?to=" + to + "&node=" + Links.encoded(node.getNode()),
                        to.equals("drain") ? "pause" : "resume",
                        false));
    }

    static DialogView question(Visit visit) {
        boolean drain = visit.parameter("to").equals("drain");
        String node = visit.parameter("node");
        DialogView question = DialogView.question(
                visit.text(drain ? "node.drain" : "node.undrain"),
                visit.text(drain ? "node.drain.text" : "node.undrain.text", node),
                "/nodes/change",
                Map.of("to", drain ? "drain" : "undrain", "node", node));
        DialogView.Field reason = OperationPages.reason(visit, false);
        return drain
                ? question.asking(
                        reason,
                        new DialogView.Field("last", "check", visit.text("node.drain.last"), "", "", List.of(), false))
                : question.asking(reason);
    }

    static ServerResponse change(Visit visit) {
        String node = visit.parameter("node");
        if (visit.parameter("to").equals("drain")) {
            visit.backend()
                    .nodes()
                    .drainNode(DrainNodeRequest.newBuilder()
                            .setNode(node)
                            .setReason(visit.parameter("reason"))
                            .setAllowLast(visit.parameter("last").equals("true"))
                            .build());
            return visit.done(visit.text("done.node.drain", node));
        }
        visit.backend()
                .nodes()
                .undrainNode(UndrainNodeRequest.newBuilder()
                        .setNode(node)
                        .setReason(visit.parameter("reason"))
                        .build());
        return visit.done(visit.text("done.node.undrain", node));
    }
}
