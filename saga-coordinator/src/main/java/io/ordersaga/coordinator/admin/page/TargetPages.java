package io.ordersaga.coordinator.admin.page;

import io.ordersaga.coordinator.admin.page.SheetView.Button;
import io.ordersaga.coordinator.admin.page.SheetView.Cell;
import io.ordersaga.coordinator.admin.page.SheetView.Column;
import io.ordersaga.coordinator.admin.page.SheetView.Empty;
import io.ordersaga.coordinator.admin.page.SheetView.Search;
import io.ordersaga.coordinator.admin.page.SheetView.Table;
import io.ordersaga.saga.v1.ListTargetsRequest;
import io.ordersaga.saga.v1.ListTargetsResponse;
import io.ordersaga.saga.v1.PauseTargetRequest;
import io.ordersaga.saga.v1.ResumeTargetRequest;
import io.ordersaga.saga.v1.Target;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.web.servlet.function.ServerResponse;

/// The participants' addresses: how they are, and whether they are called at all.
final class TargetPages {

    private TargetPages() {}

    static ServerResponse list(Visit visit) {
        ListTargetsResponse targets = visit.shared(
                ListTargetsResponse.class,
                "targets",
                () -> visit.backend().targets().listTargets(ListTargetsRequest.getDefaultInstance()));
        List<Column> columns = List.of(
                new Column(visit.text("column.state"), "w-state"),
                new Column(visit.text("target"), ""),
                new Column(visit.text("target.answered"), "w-n"),
                new Column(visit.text("target.latency"), "w-time"),
                new Column(visit.text("target.work"), "w-time"),
                new Column(visit.text("target.breaker"), "w-n"),
                new Column("", "w-actions"));
        Table table = new Table(
                visit.text("targets.table"),
                visit.formats().count(targets.getTargetsCount()),
                List.of(),
                Search.NONE,
                columns,
                targets.getTargetsList().stream()
                        .map(target -> row(visit, target))
                        .toList(),
                new Empty(visit.text("targets.none"), visit.text("targets.none.text"), "calm"),
                "");
        List<Button> buttons = visit.frame("").mayOperate()
                ? List.of(Button.dialog(visit.text("target.pauseother"), "/targets/change?to=pause", "pause", false))
                : List.of();
        return visit.sheet(new SheetView(
                "targets",
                visit.text("nav.targets"),
                visit.text("targets.lead"),
                List.of(),
                buttons,
                "",
                List.of(table),
                "/targets?part=live"));
    }

    private static List<Cell> row(Visit visit, Target target) {
        Formats formats = visit.formats();
        StateView state = switch (target.getHealth()) {
            case HEALTHY -> new StateView("target.healthy", "ok", "ok");
            case DEGRADED -> new StateView("target.degraded", "back", "park");
            case DOWN -> new StateView("target.down", "park", "park");
            case PAUSED -> StateView.PAUSED;
            case HEALTH_UNSPECIFIED, UNRECOGNIZED -> StateView.OTHER;
        };
        String pause = target.hasPause()
                ? visit.text(
                        "target.pausedby",
                        target.getPause().getOperator(),
                        target.getPause().getReason())
                : "";
        String breaker = target.getNodesList().stream()
                .filter(node ->
                        node.getBreaker() == Target.Breaker.OPEN || node.getBreaker() == Target.Breaker.HALF_OPEN)
                .map(Target.OnNode::getNode)
                .collect(Collectors.joining(", "));
        return List.of(
                Cell.state(state),
                Cell.mono(target.getAddress(), pause, Links.transactions(selection(target))),
                target.getCalls() == 0
                        ? Cell.text(Formats.nothing(), "")
                        : Cell.bar(
                                formats.percent(target.getAnsweredRate()),
                                OverviewView.percent(target.getAnsweredRate()),
                                target.getAnsweredRate() < 0.5
                                        ? "park"
                                        : target.getAnsweredRate() < 0.95 ? "back" : "ok"),
                Cell.text(
                        "p50 " + formats.span(Formats.duration(target.getLatencyP50())),
                        "p99 " + formats.span(Formats.duration(target.getLatencyP99()))),
                Cell.text(visit.text("target.running", target.getRunning(), target.getLimit()), waiting(visit, target)),
                Cell.text(breaker.isEmpty() ? visit.text("breaker.closed") : visit.text("breaker.open"), breaker),
                Cell.buttons(buttons(visit, target)));
    }

    /// Those that wait for it, or else those that had trouble with it.
    private static String selection(Target target) {
        String address = Links.quoted(target.getAddress());
        return target.getWaiting() > 0 ? "waits=" + address : "target~" + address;
    }

    private static String waiting(Visit visit, Target target) {
        long waiting = target.getWaiting() + target.getQueued();
        return waiting == 0
                ? ""
                : visit.text("target.queued", target.getWaitingAtLeast() ? waiting + "+" : Long.toString(waiting));
    }

    private static List<Button> buttons(Visit visit, Target target) {
        if (!visit.frame("").mayOperate()) {
            return List.of();
        }
        String to = target.hasPause() ? "resume" : "pause";
        return List.of(Button.dialog(
                visit.text("target." + to),
                "/targets/change?to=" + to + "&address=" + Links.encoded(target.getAddress()),
                to,
                false));
    }

    static DialogView question(Visit visit) {
        boolean pause = visit.parameter("to").equals("pause");
        String address = visit.parameter("address");
        DialogView question = DialogView.question(
                visit.text(pause ? "target.pause" : "target.resume"),
                visit.text(pause ? "target.pause.text" : "target.resume.text", address),
                "/targets/change",
                address.isEmpty() ? Map.of("to", "pause") : Map.of("to", visit.parameter("to"), "address", address));
        DialogView.Field reason = OperationPages.reason(visit, false);
        return address.isEmpty()
                ? question.asking(
                        DialogView.Field.line("address", visit.text("target"), visit.text("target.help"), true), reason)
                : question.asking(reason);
    }

    static ServerResponse change(Visit visit) {
        String address = visit.parameter("address");
        if (visit.parameter("to").equals("pause")) {
            visit.backend()
                    .targets()
                    .pauseTarget(PauseTargetRequest.newBuilder()
                            .setAddress(address)
                            .setReason(visit.parameter("reason"))
                            .build());
            return visit.done(visit.text("done.target.pause", address));
        }
        visit.backend()
                .targets()
                .resumeTarget(ResumeTargetRequest.newBuilder()
                        .setAddress(address)
                        .setReason(visit.parameter("reason"))
                        .build());
        return visit.done(visit.text("done.target.resume", address));
    }
}
