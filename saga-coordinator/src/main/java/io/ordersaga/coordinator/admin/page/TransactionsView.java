package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.CountTransactionsResponse;
import io.ordersaga.saga.v1.ListTransactionsResponse;
import io.ordersaga.saga.v1.Scan;
import io.ordersaga.saga.v1.TransactionSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What the template of the list of transactions reads.
///
/// @param wrong what is wrong with the filter; empty when nothing is
/// @param columns those that may be left out
/// @param hidden those that are
record TransactionsView(
        String filter,
        boolean oldestFirst,
        String wrong,
        List<FacetGroup> facets,
        List<Row> rows,
        String total,
        String note,
        List<Term> grammar,
        ViewsView views,
        List<String> columns,
        List<String> hidden,
        String liveHref,
        String orderHref,
        String csvHref,
        String jsonHref,
        String batchHref,
        String firstHref,
        String nextHref) {

    /// The argument of a live region's address with the columns that are left out.
    static final String HIDDEN = "hidden";

    /// Those that the viewer may leave out.
    static final List<String> COLUMNS = List.of("key", "mode", "created", "duration", "steps", "attempts", "trouble");

    private static final List<Term> GRAMMAR = List.of(
            new Term("status=submitted,aborting", "filter.status"),
            new Term("gid=place-*", "filter.gid"),
            new Term("key=order:4711", "filter.key"),
            new Term("tag:user=7", "filter.tag"),
            new Term("created<-15m", "filter.created"),
            new Term("duration>5s", "filter.duration"),
            new Term("attempts>=3", "filter.attempts"),
            new Term("target~stock", "filter.target"),
            new Term("error~\"timeout\"", "filter.error"),
            new Term("parked=true", "filter.parked"));

    private static final int FACETS_MAX = 6;

    record FacetGroup(String key, List<Chip> chips) {}

    record Chip(String text, String title, String count, String href, boolean on) {}

    record Row(
            StateView state,
            String gid,
            String href,
            String businessKey,
            String mode,
            Instant created,
            String duration,
            String steps,
            String attempts,
            String trouble,
            String troubleAt) {}

    record Term(String example, String key) {}

    /// How the viewer likes to look at it.
    ///
    /// @param hidden columns that are left out
    record Chosen(ViewsView views, List<String> hidden) {}

    /// What was asked for.
    ///
    /// @param pageToken empty for the first page
    record Question(String filter, boolean oldestFirst, String pageToken) {

        String href(String path, String token) {
            return href(path, token, oldestFirst);
        }

        private String href(String path, String token, boolean oldest) {
            List<String> arguments = new ArrayList<>();
            if (!filter.isEmpty()) {
                arguments.add("filter=" + Links.encoded(filter));
            }
            if (oldest) {
                arguments.add("order=oldest");
            }
            if (!token.isEmpty()) {
                arguments.add("page=" + Links.encoded(token));
            }
            return arguments.isEmpty() ? path : path + "?" + String.join("&", arguments);
        }
    }

    /// Whether the viewer wants to see a column.
    public boolean shows(String column) {
        return !hidden.contains(column);
    }

    static TransactionsView of(
            Question question,
            Chosen chosen,
            ListTransactionsResponse page,
            CountTransactionsResponse counts,
            Formats formats) {
        return view(
                question,
                chosen,
                "",
                facets(counts, question, formats),
                page.getTransactionsList().stream()
                        .map(one -> row(one, formats))
                        .toList(),
                formats.count(counts.getTotal()),
                note(page.getScan(), formats),
                page.getNextPageToken());
    }

    /// When the filter is not understood.
    static TransactionsView refused(Question question, Chosen chosen, String wrong) {
        return view(question, chosen, wrong, List.of(), List.of(), Formats.nothing(), "", "");
    }

    private static TransactionsView view(
            Question question,
            Chosen chosen,
            String wrong,
            List<FacetGroup> facets,
            List<Row> rows,
            String total,
            String note,
            String nextToken) {
        String live = question.href("/transactions", question.pageToken());
        String query = question.href("", "");
        String export = "/transactions/export" + query;
        return new TransactionsView(
                question.filter(),
                question.oldestFirst(),
                wrong,
                facets,
                rows,
                total,
                note,
                GRAMMAR,
                chosen.views(),
                COLUMNS,
                COLUMNS.stream().filter(chosen.hidden()::contains).toList(),
                live + (live.contains("?") ? "&" : "?") + "part=live&" + HIDDEN + "="
                        + Links.encoded(String.join(",", chosen.hidden())),
                question.href("/transactions", "", !question.oldestFirst()),
                export + (query.isEmpty() ? "?" : "&") + "as=csv",
                export + (query.isEmpty() ? "?" : "&") + "as=json",
                "/operations/new?filter=" + Links.encoded(question.filter()),
                question.pageToken().isEmpty() ? "" : question.href("/transactions", ""),
                nextToken.isEmpty() ? "" : question.href("/transactions", nextToken));
    }

    private static String note(Scan scan, Formats formats) {
        return scan.getStopped() ? formats.text("scan.stopped", formats.count(scan.getRows())) : "";
    }

    private static List<FacetGroup> facets(CountTransactionsResponse counts, Question question, Formats formats) {
        List<FacetGroup> groups = new ArrayList<>();
        add(groups, "facet.status", counts.getStatusesList(), question, formats, "status");
        add(groups, "facet.mode", counts.getModesList(), question, formats, "");
        add(groups, "facet.owner", counts.getOwnersList(), question, formats, "");
        add(groups, "facet.target", counts.getTargetsList(), question, formats, "target");
        add(
                groups,
                "facet.parked",
                counts.getParkedList().stream()
                        .filter(facet -> facet.getValue().equals("true"))
                        .toList(),
                question,
                formats,
                "parked");
        return groups;
    }

    /// @param translate what the values are, when there are words for them
    private static void add(
            List<FacetGroup> groups,
            String key,
            List<CountTransactionsResponse.Facet> facets,
            Question question,
            Formats formats,
            String translate) {
        List<Chip> chips = facets.stream()
                .filter(facet -> facet.getCount().getValue() > 0)
                .limit(FACETS_MAX)
                .map(facet -> chip(facet, question, formats, translate))
                .toList();
        if (chips.size() > 1 || chips.stream().anyMatch(Chip::on) || (!translate.isEmpty() && !chips.isEmpty())) {
            groups.add(new FacetGroup(key, chips));
        }
    }

    private static Chip chip(
            CountTransactionsResponse.Facet facet, Question question, Formats formats, String translate) {
        String text = switch (translate) {
            case "status" -> formats.text("state." + nameOf(facet.getValue()));
            case "parked" -> formats.text("state.parked");
            case "target" -> BranchName.cut(BranchName.of(facet.getValue()).both(), 40);
            default -> BranchName.cut(facet.getValue(), 40);
        };
        return new Chip(
                text,
                facet.getValue(),
                formats.count(facet.getCount()),
                new Question(facet.getFilter(), question.oldestFirst(), "").href("/transactions", ""),
                facet.getSelected());
    }

    private static String nameOf(String status) {
        return switch (status) {
            case "prepared" -> "prepared";
            case "submitted" -> "running";
            case "aborting" -> "rollingback";
            case "succeed", "succeeded" -> "succeeded";
            case "failed" -> "rolledback";
            default -> "unknown";
        };
    }

    private static Row row(TransactionSummary transaction, Formats formats) {
        String error = transaction.getParked() && !transaction.getParkedReason().isEmpty()
                ? transaction.getParkedReason()
                : transaction.getTrouble().getError();
        boolean over = transaction.hasFinishTime();
        return new Row(
                StateView.of(transaction),
                transaction.getGid(),
                Links.transaction(transaction.getGid()),
                transaction.getBusinessKey(),
                transaction.getMode(),
                Formats.instant(transaction.getCreateTime()),
                formats.span(Formats.duration(transaction.getDuration())),
                transaction.getStepsTotal() == 0
                        ? ""
                        : transaction.getStepsDone() + " / " + transaction.getStepsTotal(),
                over ? "" : formats.count(transaction.getAttempts()),
                BranchName.cut(error, 200),
                transaction.hasTrouble()
                        ? (transaction.getTrouble().getStep() + 1) + "  "
                                + BranchName.of(transaction.getTrouble().getTarget())
                                        .both()
                        : "");
    }
}
