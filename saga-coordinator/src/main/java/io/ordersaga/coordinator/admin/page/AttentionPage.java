package io.ordersaga.coordinator.admin.page;

import io.ordersaga.coordinator.admin.page.SheetView.Button;
import io.ordersaga.coordinator.admin.page.SheetView.Cell;
import io.ordersaga.coordinator.admin.page.SheetView.Column;
import io.ordersaga.coordinator.admin.page.SheetView.Empty;
import io.ordersaga.coordinator.admin.page.SheetView.Search;
import io.ordersaga.coordinator.admin.page.SheetView.Table;
import io.ordersaga.saga.v1.AttentionGroup;
import io.ordersaga.saga.v1.ListAttentionGroupsRequest;
import io.ordersaga.saga.v1.ListAttentionGroupsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.web.servlet.function.ServerResponse;

/// What needs a person, by what is wrong.
final class AttentionPage {

    private AttentionPage() {}

    static ServerResponse list(Visit visit) {
        ListAttentionGroupsResponse groups = visit.shared(
                ListAttentionGroupsResponse.class,
                "attention",
                () -> visit.backend()
                        .transactions()
                        .listAttentionGroups(ListAttentionGroupsRequest.getDefaultInstance()));
        Table table = new Table(
                visit.text("attention.table"),
                groups.getScan().getStopped() ? groups.getScan().getNote() : "",
                List.of(),
                Search.NONE,
                List.of(
                        new Column(visit.text("attention.kind"), "w-state"),
                        new Column(visit.text("attention.error"), ""),
                        new Column(visit.text("attention.count"), "w-time num"),
                        new Column(visit.text("attention.first"), "w-time"),
                        new Column(visit.text("attention.last"), "w-time"),
                        new Column("", "w-pair")),
                groups.getGroupsList().stream().map(group -> row(visit, group)).toList(),
                new Empty(visit.text("attention.none"), visit.text("attention.none.text"), "calm"),
                "");
        return visit.sheet(new SheetView(
                "attention",
                visit.text("nav.attention"),
                visit.text("attention.lead"),
                List.of(),
                List.of(),
                "",
                List.of(table),
                "/attention?part=live"));
    }

    private static List<Cell> row(Visit visit, AttentionGroup group) {
        Formats formats = visit.formats();
        String kind = group.getKind().name().toLowerCase(Locale.ROOT);
        StateView state = switch (group.getKind()) {
            case PARKED -> StateView.PARKED;
            case COMPENSATION_FAILING -> new StateView("attention." + kind, "park", "back");
            case OVER_AGE -> new StateView("attention." + kind, "back", "calm");
            case UNKNOWN_TARGET -> new StateView("attention." + kind, "park", "park");
            case KIND_UNSPECIFIED, UNRECOGNIZED -> StateView.OTHER;
        };
        String error = group.getError().isEmpty() ? visit.text("attention.noerror") : group.getError();
        List<Button> buttons = new ArrayList<>();
        buttons.add(Button.link(visit.text("attention.show"), Links.transactions(group.getFilter()), ""));
        if (visit.frame("").mayOperate()) {
            buttons.add(Button.link(
                            visit.text("attention.retry"),
                            "/operations/new?kind=RETRY&filter=" + Links.encoded(group.getFilter()),
                            "retry")
                    .asFirst());
        }
        return List.of(
                Cell.state(state),
                Cell.text(error, group.getTarget()),
                Cell.number(formats.count(group.getCount())),
                Cell.age(Formats.instant(group.getFirstCreateTime())),
                Cell.age(group.hasLastCallTime() ? Formats.instant(group.getLastCallTime()) : null),
                Cell.buttons(buttons));
    }
}
