package io.ordersaga.coordinator.admin.query;

import io.ordersaga.coordinator.admin.query.ScanTable.Group;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.saga.v1.Count;
import io.ordersaga.saga.v1.CountTransactionsResponse;
import io.ordersaga.saga.v1.CountTransactionsResponse.Facet;
import io.ordersaga.saga.v1.Scan;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// How many transactions a filter selects, in all and by what they have in common. Thread-safe.
public final class Counts {

    private static final int FACETS_MAX = 20;
    private static final Comparator<Facet> MOST_FIRST = Comparator.comparingLong(
                    (Facet facet) -> -facet.getCount().getValue())
            .thenComparing(Facet::getValue);

    private final Scanner scanner;
    private final OverviewTable overview;
    private final Masking masking;
    private final Remembered<CountTransactionsResponse> remembered;

    Counts(Scanner scanner, OverviewTable overview, Masking masking) {
        this.scanner = scanner;
        this.overview = overview;
        this.masking = masking;
        this.remembered = new Remembered<>(scanner.settings().remembered());
    }

    CountTransactionsResponse of(Filter filter) {
        return remembered.answer(filter.text(), () -> count(filter));
    }

    private CountTransactionsResponse count(Filter filter) {
        FilterPlan plan = scanner.plan(filter);
        int most = scanner.settings().countScanMax();
        List<Group> groups =
                scanner.table().groups(ScanTable.withCommons(plan), plan.values(), plan.fromId(), plan.toId(), most);
        long scanned = groups.stream().mapToLong(Group::number).sum();
        boolean stopped = scanned >= most;
        List<Group> fitting = groups.stream().filter(Group::fits).toList();
        CountTransactionsResponse.Builder answer = CountTransactionsResponse.newBuilder();
        Optional<Set<SagaStatus>> indexed = indexed(filter);
        if (indexed.isPresent()) {
            count(filter, indexed.get(), answer);
        } else {
            answer.setTotal(number(fitting.stream().mapToLong(Group::number).sum(), stopped));
            for (SagaStatus status : SagaStatus.values()) {
                answer.addStatuses(status(
                        filter, status, sum(fitting, group -> group.status().equals(status.name())), stopped));
            }
        }
        return answer.addAllModes(facets(filter, "mode=", fitting, Group::mode, stopped))
                .addAllOwners(facets(filter, "owner=", fitting, Group::owner, stopped))
                .addAllTargets(facets(filter, "target=", fitting, group -> masking.url(group.target()), stopped))
                .addParked(
                        held(filter, "true", sum(fitting, group -> group.held().equals("parked")), stopped))
                .addParked(held(
                        filter, "false", sum(fitting, group -> !group.held().equals("parked")), stopped))
                .setScan(scan(scanned, stopped))
                .build();
    }

    /// The statuses that a filter selects, when it asks for nothing else; an index counts them, and further than rows
    /// are
    /// looked at.
    private static Optional<Set<SagaStatus>> indexed(Filter filter) {
        Set<SagaStatus> selected = EnumSet.allOf(SagaStatus.class);
        for (Filter.Term term : filter.terms()) {
            if (!(term instanceof Filter.StatusIn(Set<SagaStatus> statuses))) {
                return Optional.empty();
            }
            selected.retainAll(statuses);
        }
        return Optional.of(selected);
    }

    /// Each status up to the limit of counting.
    private void count(Filter filter, Set<SagaStatus> selected, CountTransactionsResponse.Builder answer) {
        int most = scanner.settings().countMax();
        Map<String, Long> counted = new HashMap<>();
        overview.statuses(most).forEach(row -> counted.put(row.status(), row.number()));
        long total = 0;
        boolean atLeast = false;
        for (SagaStatus status : SagaStatus.values()) {
            long number = selected.contains(status) ? counted.getOrDefault(status.name(), 0L) : 0;
            total += number;
            atLeast |= number >= most;
            answer.addStatuses(status(filter, status, number, number >= most));
        }
        answer.setTotal(number(total, atLeast));
    }

    private static Facet status(Filter filter, SagaStatus status, long number, boolean atLeast) {
        String name = status.name().toLowerCase(Locale.ROOT);
        return facet(filter, name, "status=" + name, number, atLeast);
    }

    private static Facet held(Filter filter, String value, long number, boolean atLeast) {
        return facet(filter, value, "parked=" + value, number, atLeast);
    }

    private static List<Facet> facets(
            Filter filter, String term, List<Group> groups, Function<Group, String> common, boolean stopped) {
        Stream<String> values =
                groups.stream().map(common).filter(value -> !value.isEmpty()).distinct();
        return values.map(value -> facet(
                        filter,
                        value,
                        term + Filter.quoted(value),
                        sum(groups, group -> common.apply(group).equals(value)),
                        stopped))
                .sorted(MOST_FIRST)
                .limit(FACETS_MAX)
                .toList();
    }

    private static long sum(List<Group> groups, Predicate<Group> wanted) {
        return groups.stream().filter(wanted).mapToLong(Group::number).sum();
    }

    /// A filter that has such a term already is taken back to what it is without; one that has no room for one more
    /// is not narrowed.
    private static Facet facet(Filter filter, String value, String term, long number, boolean atLeast) {
        boolean selected = filter.has(term);
        boolean fits = filter.terms().size() < Filter.TERMS_MAX
                && filter.text().length() + term.length() < Filter.TEXT_LENGTH_MAX;
        return Facet.newBuilder()
                .setValue(value)
                .setCount(number(number, atLeast))
                .setSelected(selected)
                .setFilter(
                        selected
                                ? filter.without(term).text()
                                : fits ? (filter.text() + " " + term).strip() : filter.text())
                .build();
    }

    static Count number(long value, boolean atLeast) {
        return Count.newBuilder().setValue(value).setAtLeast(atLeast).build();
    }

    static Scan scan(long rows, boolean stopped) {
        Scan.Builder scan = Scan.newBuilder().setRows(rows).setStopped(stopped);
        if (stopped) {
            scan.setNote("stopped after " + rows + " rows; narrow the filter, or go on with the next page");
        }
        return scan.build();
    }
}
