package io.ordersaga.coordinator.admin.query;

import io.ordersaga.coordinator.admin.query.OverviewTable.Open;
import io.ordersaga.coordinator.engine.ErrorFingerprint;
import io.ordersaga.saga.v1.AttentionGroup;
import io.ordersaga.saga.v1.AttentionGroup.Kind;
import io.ordersaga.saga.v1.ListAttentionGroupsResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Groups what needs a person by why it does and by the kind of its error. Each group names the filter that selects it,
/// so that whatever is done to the group is done to a list that can be looked at first. Thread-safe.
public final class Attention {

    /// Of transactions that are not over, the oldest; more of them seldom bring another kind of error.
    static final int OPEN_MAX = 10_000;

    private static final int GROUPS_MAX = 100;
    private static final int SAMPLES_MAX = 5;
    private static final String NO_ERROR = "none";
    private static final String UNFINISHED = "status=prepared,submitted,aborting";

    /// What is said of a name that nobody knows, a method that is not there, an address that is not allowed.
    private static final Pattern UNKNOWN_TARGET = Pattern.compile(
            "unable to resolve host|unknownhost|unresolvedaddress|name or service not known|^unimplemented"
                    + "|^http 404|is no address that branches may have|method not found",
            Pattern.CASE_INSENSITIVE);

    private final OverviewTable table;
    private final QuerySettings settings;
    private final Masking masking;
    private final Remembered<ListAttentionGroupsResponse> remembered;

    /// @param rollingBack tells two groups of one error apart that no single filter selects
    private record Key(Kind kind, boolean rollingBack, String fingerprint) {}

    Attention(OverviewTable table, QuerySettings settings, Masking masking) {
        this.table = table;
        this.settings = settings;
        this.masking = masking;
        this.remembered = new Remembered<>(settings.remembered());
    }

    ListAttentionGroupsResponse groups(Duration overAge) {
        return remembered.answer(overAge.toString(), () -> find(overAge));
    }

    Duration usualOverAge() {
        return settings.overAge();
    }

    private ListAttentionGroupsResponse find(Duration overAge) {
        int most = Math.min(settings.scanMax(), OPEN_MAX);
        List<Open> rows = table.open(most);
        boolean stopped = rows.size() >= most;
        Map<Key, List<Open>> groups = new LinkedHashMap<>();
        for (Open row : rows) {
            kind(row, overAge)
                    .ifPresent(kind -> groups.computeIfAbsent(
                                    new Key(
                                            kind,
                                            kind == Kind.OVER_AGE
                                                    && row.status().equals("ABORTING"),
                                            row.fingerprint().orElse(NO_ERROR)),
                                    _ -> new ArrayList<>())
                            .add(row));
        }
        List<AttentionGroup> answer = groups.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> -entry.getValue().size()))
                .limit(GROUPS_MAX)
                .map(entry -> group(entry.getKey(), entry.getValue(), overAge, stopped))
                .toList();
        return ListAttentionGroupsResponse.newBuilder()
                .addAllGroups(answer)
                .setScan(Counts.scan(rows.size(), stopped))
                .build();
    }

    /// Why it needs a person, if it does. What is paused was looked at by somebody.
    private Optional<Kind> kind(Open row, Duration overAge) {
        if (row.held().equals("paused")) {
            return Optional.empty();
        }
        if (row.held().equals("parked")) {
            return Optional.of(Kind.PARKED);
        }
        if (row.error().filter(Attention::namesUnknownTarget).isPresent() && row.attempts() > 0) {
            return Optional.of(Kind.UNKNOWN_TARGET);
        }
        if (row.status().equals("ABORTING") && row.attempts() >= settings.failingAttempts()) {
            return Optional.of(Kind.COMPENSATION_FAILING);
        }
        return row.ageMicros() > overAge.toNanos() / 1_000 ? Optional.of(Kind.OVER_AGE) : Optional.empty();
    }

    static boolean namesUnknownTarget(String error) {
        return UNKNOWN_TARGET.matcher(error).find();
    }

    private AttentionGroup group(Key key, List<Open> rows, Duration overAge, boolean stopped) {
        Open sample = rows.getLast();
        String error = masking.text(sample.error().or(sample::parkedReason).orElse(""));
        AttentionGroup.Builder group = AttentionGroup.newBuilder()
                .setKind(key.kind())
                .setFingerprint(key.fingerprint().equals(NO_ERROR) ? "" : key.fingerprint())
                .setError(ErrorFingerprint.pattern(error))
                .setSampleError(error)
                .setTarget(masking.url(sample.target().orElse("")))
                .setCount(Counts.number(rows.size(), stopped))
                .setFirstCreateTime(Summaries.timestamp(rows.getFirst().createdMicros()))
                .setFilter(filter(key, overAge));
        rows.stream().limit(SAMPLES_MAX).forEach(row -> group.addSampleGids(row.gid()));
        rows.stream()
                .flatMap(row -> row.calledMicros().stream())
                .max(Long::compare)
                .ifPresent(called -> group.setLastCallTime(Summaries.timestamp(called)));
        return group.build();
    }

    private String filter(Key key, Duration overAge) {
        String kind = switch (key.kind()) {
            case PARKED -> "parked=true";
            case UNKNOWN_TARGET -> UNFINISHED + " parked=false paused=false attempts>0";
            case COMPENSATION_FAILING ->
                "status=aborting parked=false paused=false attempts>=" + settings.failingAttempts();
            case OVER_AGE ->
                (key.rollingBack()
                                ? "status=aborting attempts<" + settings.failingAttempts()
                                : "status=prepared,submitted")
                        + " parked=false paused=false created<-" + overAge.toSeconds() + "s";
            case KIND_UNSPECIFIED, UNRECOGNIZED -> UNFINISHED;
        };
        return kind + " fingerprint=" + key.fingerprint();
    }
}
