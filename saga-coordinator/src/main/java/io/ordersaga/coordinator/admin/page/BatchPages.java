package io.ordersaga.coordinator.admin.page;

import io.ordersaga.coordinator.admin.page.SheetView.Button;
import io.ordersaga.coordinator.admin.page.SheetView.Cell;
import io.ordersaga.coordinator.admin.page.SheetView.Column;
import io.ordersaga.coordinator.admin.page.SheetView.Empty;
import io.ordersaga.coordinator.admin.page.SheetView.Search;
import io.ordersaga.coordinator.admin.page.SheetView.Table;
import io.ordersaga.saga.v1.Batch;
import io.ordersaga.saga.v1.BatchItem;
import io.ordersaga.saga.v1.ChangeBatchRequest;
import io.ordersaga.saga.v1.GetBatchRequest;
import io.ordersaga.saga.v1.ListBatchItemsRequest;
import io.ordersaga.saga.v1.ListBatchItemsResponse;
import io.ordersaga.saga.v1.ListBatchesRequest;
import io.ordersaga.saga.v1.ListBatchesResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.web.servlet.function.ServerResponse;

/// Operations on many transactions: all of them, and one.
final class BatchPages {

    private static final int ITEMS = 100;

    private BatchPages() {}

    static ServerResponse list(Visit visit) {
        String token = visit.parameter("page");
        ListBatchesResponse batches = visit.shared(
                ListBatchesResponse.class,
                List.of("batches", token),
                () -> visit.backend()
                        .batches()
                        .listBatches(ListBatchesRequest.newBuilder()
                                .setPageToken(token)
                                .build()));
        Table table = new Table(
                visit.text("batches.table"),
                "",
                List.of(),
                Search.NONE,
                columns(visit),
                batches.getBatchesList().stream()
                        .map(batch -> row(visit, batch))
                        .toList(),
                new Empty(visit.text("batches.none"), visit.text("batches.none.text"), "calm"),
                batches.getNextPageToken().isEmpty()
                        ? ""
                        : "/operations?page=" + Links.encoded(batches.getNextPageToken()));
        List<Button> buttons = visit.frame("").mayOperate()
                ? List.of(Button.link(visit.text("batch.new"), "/operations/new", "plus")
                        .asFirst())
                : List.of();
        return visit.sheet(new SheetView(
                "operations",
                visit.text("nav.operations"),
                visit.text("batches.lead"),
                List.of(),
                buttons,
                "",
                List.of(table),
                "/operations?part=live&page=" + Links.encoded(token)));
    }

    private static List<Column> columns(Visit visit) {
        return List.of(
                new Column(visit.text("column.state"), "w-state"),
                new Column(visit.text("batch"), ""),
                new Column(visit.text("batch.progress"), "w-node"),
                new Column(visit.text("batch.results"), "w-node"),
                new Column(visit.text("batch.creator"), "w-time"),
                new Column(visit.text("batch.created"), "w-span"),
                new Column("", "w-key"));
    }

    private static List<Cell> row(Visit visit, Batch batch) {
        Formats formats = visit.formats();
        int over = batch.getTotal() - batch.getPending();
        double share = batch.getTotal() == 0 ? 1 : (double) over / batch.getTotal();
        String about = switch (batch.getFilter()) {
            case "" -> visit.text("batch.named");
            case NewBatchPage.ALL -> visit.text("batch.everything");
            default -> batch.getFilter();
        };
        String results = visit.text("batch.counts", formats.count(batch.getSucceeded()));
        String failed = batch.getDenied() + batch.getFailed() == 0
                ? ""
                : visit.text("batch.not", formats.count(batch.getDenied()), formats.count(batch.getFailed()));
        return List.of(
                Cell.state(state(batch.getState())),
                Cell.mono(
                        visit.text("operation." + batch.getOperation().name()),
                        about,
                        "/operation?id=" + Links.encoded(batch.getBatchId())),
                Cell.bar(
                        formats.count(over) + " / " + formats.count(batch.getTotal()),
                        OverviewView.percent(share),
                        batch.getFailed() > 0 ? "back" : "ok"),
                Cell.text(results, failed),
                Cell.text(batch.getCreator(), batch.getReason()),
                Cell.time(Formats.instant(batch.getCreateTime())),
                Cell.buttons(buttons(visit, batch)));
    }

    private static StateView state(Batch.State state) {
        return switch (state) {
            case RUNNING -> StateView.of(io.ordersaga.saga.v1.TransactionStatus.Value.SUBMITTED);
            case PAUSED -> StateView.PAUSED;
            case CANCELLED -> new StateView("batch.cancelled", "calm", "calm");
            case DONE -> new StateView("batch.done", "ok", "ok");
            case STATE_UNSPECIFIED, UNRECOGNIZED -> StateView.OTHER;
        };
    }

    private static List<Button> buttons(Visit visit, Batch batch) {
        if (!visit.frame("").mayOperate()) {
            return List.of();
        }
        List<String> ways = switch (batch.getState()) {
            case RUNNING -> List.of("pause", "cancel");
            case PAUSED -> List.of("resume", "cancel");
            case CANCELLED, DONE, STATE_UNSPECIFIED, UNRECOGNIZED -> List.of();
        };
        return ways.stream()
                .map(way -> Button.dialog(
                        visit.text("batch." + way),
                        "/operation/change?to=" + way + "&id=" + Links.encoded(batch.getBatchId()),
                        "",
                        way.equals("cancel")))
                .toList();
    }

    private record Shown(Batch batch, ListBatchItemsResponse items) {}

    static ServerResponse show(Visit visit) {
        String id = visit.parameter("id");
        String token = visit.parameter("page");
        BatchItem.Outcome outcome = outcome(visit.parameter("outcome"));
        Shown shown = visit.shared(
                Shown.class,
                List.of("batch", id, token, outcome),
                () -> new Shown(
                        visit.backend()
                                .batches()
                                .getBatch(GetBatchRequest.newBuilder()
                                        .setBatchId(id)
                                        .build()),
                        visit.backend()
                                .batches()
                                .listBatchItems(ListBatchItemsRequest.newBuilder()
                                        .setBatchId(id)
                                        .setOutcome(outcome)
                                        .setPageSize(ITEMS)
                                        .setPageToken(token)
                                        .build())));
        Batch batch = shown.batch();
        Table whole = new Table(
                visit.text("batch.whole"),
                visit.text("batch.rate", visit.formats().count(batch.getRate())),
                List.of(),
                Search.NONE,
                columns(visit),
                List.of(row(visit, batch)),
                new Empty("", "", ""),
                "");
        String here = "/operation?id=" + Links.encoded(id);
        Table items = new Table(
                visit.text("batch.items"),
                "",
                outcomes(visit, here),
                Search.NONE,
                List.of(
                        new Column(visit.text("batch.place"), "w-n num"),
                        new Column(visit.text("column.gid"), "w-wide"),
                        new Column(visit.text("column.state"), "w-state"),
                        new Column(visit.text("batch.detail"), ""),
                        new Column(visit.text("batch.when"), "w-time")),
                shown.items().getItemsList().stream().map(BatchPages::item).toList(),
                new Empty(visit.text("batch.items.none"), visit.text("batch.items.none.text"), "search"),
                shown.items().getNextPageToken().isEmpty()
                        ? ""
                        : here + "&outcome=" + outcome.name() + "&page="
                                + Links.encoded(shown.items().getNextPageToken()));
        return visit.sheet(new SheetView(
                "operations",
                visit.text("operation." + batch.getOperation().name()) + " · "
                        + visit.formats().count(batch.getTotal()),
                batch.getReason(),
                List.of(),
                List.of(),
                "",
                List.of(whole, items),
                here + "&outcome=" + outcome.name() + "&page=" + Links.encoded(token) + "&part=live"));
    }

    private static BatchItem.Outcome outcome(String name) {
        for (BatchItem.Outcome one : BatchItem.Outcome.values()) {
            if (one.name().equals(name) && one != BatchItem.Outcome.UNRECOGNIZED) {
                return one;
            }
        }
        return BatchItem.Outcome.OUTCOME_UNSPECIFIED;
    }

    private static List<Button> outcomes(Visit visit, String here) {
        List<Button> buttons = new ArrayList<>();
        buttons.add(Button.link(visit.text("batch.all"), here, ""));
        for (String one : List.of("PENDING", "SUCCEEDED", "DENIED", "FAILED")) {
            buttons.add(Button.link(visit.text("state.item." + one), here + "&outcome=" + one, ""));
        }
        return buttons;
    }

    private static List<Cell> item(BatchItem item) {
        StateView state = switch (item.getOutcome()) {
            case OUTCOME_UNSPECIFIED, PENDING, UNRECOGNIZED -> new StateView("item.PENDING", "calm", "calm");
            case SUCCEEDED -> new StateView("item.SUCCEEDED", "ok", "ok");
            case DENIED -> new StateView("item.DENIED", "back", "pause");
            case FAILED -> new StateView("item.FAILED", "park", "park");
        };
        return List.of(
                Cell.number(String.valueOf(item.getPosition())),
                Cell.mono(item.getGid(), "", Links.transaction(item.getGid())),
                Cell.state(state),
                Cell.words(item.getDetail()),
                Cell.time(item.hasFinishTime() ? Formats.instant(item.getFinishTime()) : null));
    }

    static DialogView question(Visit visit) {
        String to = way(visit);
        DialogView question = DialogView.question(
                        visit.text("batch." + to),
                        visit.text("batch." + to + ".text"),
                        "/operation/change",
                        Map.of("to", to, "id", visit.parameter("id")))
                .asking(OperationPages.reason(visit, false));
        return to.equals("cancel") ? question.dangerous() : question;
    }

    private static String way(Visit visit) {
        String to = visit.parameter("to");
        return List.of("pause", "resume").contains(to) ? to : "cancel";
    }

    static ServerResponse change(Visit visit) {
        ChangeBatchRequest request = ChangeBatchRequest.newBuilder()
                .setBatchId(visit.parameter("id"))
                .setReason(visit.parameter("reason"))
                .build();
        String to = way(visit);
        switch (to) {
            case "pause" -> visit.backend().batches().pauseBatch(request);
            case "resume" -> visit.backend().batches().resumeBatch(request);
            default -> visit.backend().batches().cancelBatch(request);
        }
        return visit.done(visit.text("done.batch." + to));
    }
}
