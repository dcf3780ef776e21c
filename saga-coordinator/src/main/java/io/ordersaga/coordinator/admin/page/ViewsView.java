package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.Session;
import io.ordersaga.saga.v1.Views;
import java.util.List;

/// What an account keeps about how it looks at transactions, for the menus above the list.
///
/// @param kept whether anything can be kept for who looks: they signed in with an account
/// @param filter what would be saved; empty is everything
/// @param oldestFirst how the list stands, to come back to it
/// @param wrong why the last change was refused; empty when it was not
record ViewsView(boolean kept, String filter, boolean oldestFirst, List<Named> named, String wrong) {

    /// Nobody chose: what few people need is left out.
    private static final List<String> HIDDEN_AT_FIRST = List.of("mode", "attempts");

    record Named(String name, String filter, String href) {}

    static ViewsView of(Session session, TransactionsView.Question question, Views views, String wrong) {
        return new ViewsView(
                session.getKind() == Session.Kind.PERSON,
                question.filter(),
                question.oldestFirst(),
                views.getViewsList().stream()
                        .map(one -> new Named(one.getName(), one.getFilter(), Links.transactions(one.getFilter())))
                        .toList(),
                wrong);
    }

    /// The columns that are left out.
    static List<String> hidden(Views views) {
        return views.hasHiddenColumns() ? views.getHiddenColumns().getNamesList() : HIDDEN_AT_FIRST;
    }
}
