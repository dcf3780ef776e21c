package io.ordersaga.coordinator.admin.view;

import com.google.protobuf.util.Timestamps;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.admin.access.Operator;
import io.ordersaga.coordinator.admin.query.Filter;
import io.ordersaga.coordinator.admin.query.FilterException;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.saga.v1.DeleteViewRequest;
import io.ordersaga.saga.v1.GetViewsRequest;
import io.ordersaga.saga.v1.HiddenColumns;
import io.ordersaga.saga.v1.HideColumnsRequest;
import io.ordersaga.saga.v1.SaveViewRequest;
import io.ordersaga.saga.v1.ViewServiceGrpc;
import io.ordersaga.saga.v1.Views;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/// `saga.v1.ViewService`: each account sees and changes what is its own.
public final class ViewEndpoint extends ViewServiceGrpc.ViewServiceImplBase {

    private static final String BETWEEN = " ";

    private final Jdbi jdbi;
    private final ViewSettings settings;
    private final ErrorDomain domain;

    public ViewEndpoint(Jdbi jdbi, ViewSettings settings, ErrorDomain domain) {
        this.jdbi = jdbi;
        this.settings = settings;
        this.domain = domain;
    }

    @Override
    public void getViews(GetViewsRequest request, StreamObserver<Views> answer) {
        Operator operator = Operator.current();
        answer.onNext(
                operator.kind() == Operator.Kind.PERSON
                        ? jdbi.withExtension(ViewTable.class, table -> views(table, operator.name()))
                        : Views.getDefaultInstance());
        answer.onCompleted();
    }

    @Override
    public void saveView(SaveViewRequest request, StreamObserver<Views> answer) {
        Filter filter = filter(request.getFilter());
        String name = request.getName().strip();
        change(answer, (table, account) -> {
            if (table.countOthers(account, name) >= settings.perAccount()) {
                throw domain.refusal(
                        Status.Code.RESOURCE_EXHAUSTED,
                        "TOO_MANY_VIEWS",
                        "an account keeps " + settings.perAccount() + " views at most",
                        Map.of());
            }
            int _ = table.save(account, name, filter.text());
        });
    }

    @Override
    public void deleteView(DeleteViewRequest request, StreamObserver<Views> answer) {
        change(answer, (table, account) -> {
            if (!table.delete(account, request.getName())) {
                throw domain.refusal(Status.Code.NOT_FOUND, "VIEW_NOT_FOUND", "there is no such view", Map.of());
            }
        });
    }

    @Override
    public void hideColumns(HideColumnsRequest request, StreamObserver<Views> answer) {
        String names = String.join(BETWEEN, request.getHiddenColumns().getNamesList());
        change(answer, (table, account) -> {
            int _ = table.hideColumns(account, names);
        });
    }

    private interface Change {
        void make(ViewTable table, String account);
    }

    private void change(StreamObserver<Views> answer, Change change) {
        String account = Operator.current().name();
        boolean person = Operator.current().kind() == Operator.Kind.PERSON;
        answer.onNext(jdbi.inTransaction(handle -> {
            ViewTable table = handle.attach(ViewTable.class);
            if (!person || table.hold(account).isEmpty()) {
                throw domain.refusal(
                        Status.Code.FAILED_PRECONDITION,
                        "NO_ACCOUNT",
                        "views are kept for those who sign in with an account",
                        Map.of());
            }
            change.make(table, account);
            return views(table, account);
        }));
        answer.onCompleted();
    }

    private Filter filter(String text) {
        try {
            return Filter.parse(text);
        } catch (FilterException invalid) {
            throw invalid.refusal(domain, "filter");
        }
    }

    private Views views(ViewTable table, String account) {
        Views.Builder views = Views.newBuilder();
        for (ViewTable.Row row : table.list(account, settings.perAccount())) {
            views.addViews(Views.View.newBuilder()
                    .setName(row.name())
                    .setFilter(row.filter())
                    .setUpdateTime(Timestamps.fromMillis(row.updateTime().toEpochMilli())));
        }
        table.hiddenColumns(account)
                .ifPresent(names -> views.setHiddenColumns(HiddenColumns.newBuilder()
                        .addAllNames(names.isEmpty() ? List.of() : List.of(names.split(BETWEEN, -1)))));
        return views.build();
    }
}
