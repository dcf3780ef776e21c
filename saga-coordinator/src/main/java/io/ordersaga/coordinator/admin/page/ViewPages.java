package io.ordersaga.coordinator.admin.page;

import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.v1.DeleteViewRequest;
import io.ordersaga.saga.v1.GetViewsRequest;
import io.ordersaga.saga.v1.HiddenColumns;
import io.ordersaga.saga.v1.HideColumnsRequest;
import io.ordersaga.saga.v1.SaveViewRequest;
import io.ordersaga.saga.v1.Views;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.web.servlet.function.ServerResponse;

/// Keeping filters under names and choosing columns. Forms do it by themselves; with scripts the menu stays open and
/// shows what came of it.
final class ViewPages {

    private ViewPages() {}

    static Views of(Visit visit) {
        return visit.backend().views().getViews(GetViewsRequest.getDefaultInstance());
    }

    static ServerResponse save(Visit visit) {
        return changed(
                visit,
                () -> visit.backend()
                        .views()
                        .saveView(SaveViewRequest.newBuilder()
                                .setName(visit.parameter("name").strip())
                                .setFilter(visit.parameter("filter"))
                                .build()));
    }

    static ServerResponse delete(Visit visit) {
        return changed(
                visit,
                () -> visit.backend()
                        .views()
                        .deleteView(DeleteViewRequest.newBuilder()
                                .setName(visit.parameter("name"))
                                .build()));
    }

    /// The form says which ones are shown: a box that is not ticked says nothing.
    static ServerResponse columns(Visit visit) {
        List<String> shown = visit.request().params().getOrDefault("column", List.of());
        HiddenColumns hidden = HiddenColumns.newBuilder()
                .addAllNames(TransactionsView.COLUMNS.stream()
                        .filter(column -> !shown.contains(column))
                        .toList())
                .build();
        Views _ = visit.backend()
                .views()
                .hideColumns(
                        HideColumnsRequest.newBuilder().setHiddenColumns(hidden).build());
        return visit.back(TransactionPages.question(visit).href("/transactions", ""));
    }

    private static ServerResponse changed(Visit visit, Supplier<Views> change) {
        TransactionsView.Question question = TransactionPages.question(visit);
        if (!visit.isPart()) {
            Views _ = change.get();
            return visit.back(question.href("/transactions", ""));
        }
        try {
            return menu(visit, 200, ViewsView.of(visit.session(), question, change.get(), ""));
        } catch (StatusRuntimeException failure) {
            ApiFailure why = ApiFailure.of(failure);
            String text = why.text(visit.formats());
            return menu(visit, why.httpStatus(), ViewsView.of(visit.session(), question, of(visit), text));
        }
    }

    private static ServerResponse menu(Visit visit, int status, ViewsView views) {
        return Desk.part(status)
                .body(visit.desk()
                        .rendering()
                        .part("transactions", "views", visit.formats(), visit.frame(""), Map.of("views", views)));
    }
}
