package io.ordersaga.coordinator.admin.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of tables: what the lists of targets, nodes, batches, the audit log and the settings have in common.
///
/// @param section which link of the menu is the current one
/// @param liveHref where the page asks for its newest state; empty when it does not
record SheetView(
        String section,
        String title,
        String lead,
        List<Tab> tabs,
        List<Button> buttons,
        String notice,
        List<Table> tables,
        String liveHref) {

    /// What a row is about, so that it stays the same one when others come and go around it.
    public String keyOf(List<Cell> row) {
        return row.stream()
                .filter(cell -> cell.kind().equals("mono"))
                .findFirst()
                .or(() ->
                        row.stream().filter(cell -> cell.kind().equals("text")).findFirst())
                .map(cell -> cell.text() + " " + cell.href())
                .orElse("");
    }

    record Tab(String text, String href, boolean current) {}

    /// @param dialog whether it opens a dialog and does not lead to another page
    record Button(String text, String href, String icon, boolean danger, boolean first, boolean dialog) {

        static Button dialog(String text, String href, String icon, boolean danger) {
            return new Button(text, href, icon, danger, false, true);
        }

        static Button link(String text, String href, String icon) {
            return new Button(text, href, icon, false, false, false);
        }

        Button asFirst() {
            return new Button(text, href, icon, danger, true, dialog);
        }
    }

    /// @param note beside its title
    /// @param form fields above the table that narrow it; empty when there are none
    /// @param nextHref the next page; empty when there is none
    record Table(
            String title,
            String note,
            List<Button> buttons,
            Search form,
            List<Column> columns,
            List<List<Cell>> rows,
            Empty empty,
            String nextHref) {

        Table noted(String text) {
            return new Table(title, text, buttons, form, columns, rows, empty, nextHref);
        }
    }

    /// @param action where it is sent to; empty when there is no form
    record Search(String action, List<DialogView.Field> fields) {

        static final Search NONE = new Search("", List.of());
    }

    /// @param width one of the classes `w-...`; empty for what is left
    record Column(String text, String width) {}

    record Empty(String title, String text, String kind) {}

    /// One thing in a table; what it has not is empty. Where rows are cards it is called as its column is.
    ///
    /// @param share of a bar, in percent
    record Cell(
            String kind,
            String text,
            String sub,
            String href,
            @Nullable Instant at,
            @Nullable StateView state,
            String share,
            List<Button> buttons) {

        static Cell text(String text, String sub) {
            return new Cell("text", text, sub, "", null, null, "", List.of());
        }

        static Cell mono(String text, String sub, String href) {
            return new Cell("mono", text, sub, href, null, null, "", List.of());
        }

        static Cell number(String text) {
            return new Cell("number", text, "", "", null, null, "", List.of());
        }

        static Cell words(String text) {
            return new Cell("long", text, "", "", null, null, "", List.of());
        }

        static Cell time(@Nullable Instant at) {
            return new Cell("time", "", "", "", at, null, "", List.of());
        }

        static Cell age(@Nullable Instant at) {
            return new Cell("age", "", "", "", at, null, "", List.of());
        }

        static Cell state(StateView state) {
            return new Cell("state", "", "", "", null, state, "", List.of());
        }

        static Cell bar(String text, String share, String tone) {
            return new Cell("bar", text, tone, "", null, null, share, List.of());
        }

        static Cell buttons(List<Button> buttons) {
            return new Cell("buttons", "", "", "", null, null, "", buttons);
        }

        /// What it is itself needs no name beside it.
        public boolean isNamed() {
            return !List.of("mono", "state", "buttons").contains(kind);
        }
    }
}
