package io.ordersaga.coordinator.admin.query;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.ordersaga.coordinator.engine.Attempt;
import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.CallArchive;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.StateTag;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.TransactionSummary;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that is known of one transaction. Thread-safe.
public final class Details {

    /// Calls that are counted and looked at.
    static final int CALLS_MAX = 1_000;
    private static final int CALLS_SHOWN = 50;

    private static final Logger log = LoggerFactory.getLogger(Details.class);
    private static final int NOTES_MAX = 100;
    private static final int RELATED_MAX = 20;
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-.*");

    private final SagaArchive archive;
    private final CallArchive calls;
    private final SummaryTable table;
    private final Summaries summaries;
    private final Branches branches;
    private final Masking masking;
    private final TargetState.Source targets;

    Details(
            SagaArchive archive,
            CallArchive calls,
            SummaryTable table,
            Summaries summaries,
            Masking masking,
            TargetState.Source targets) {
        this.archive = archive;
        this.calls = calls;
        this.table = table;
        this.summaries = summaries;
        this.branches = new Branches(masking);
        this.masking = masking;
        this.targets = targets;
    }

    /// Empty when there is none of this gid.
    Optional<Transaction> of(Gid gid) {
        Optional<StoredSaga> stored = Optional.empty();
        String unreadable = "";
        try {
            stored = archive.find(gid);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
        } catch (StoreUnavailableException away) {
            throw away;
        } catch (RuntimeException notReadable) {
            log.warn("transaction {} cannot be read, and is shown without its content", gid, notReadable);
            unreadable = masking.text(String.valueOf(notReadable.getMessage()));
        }
        Optional<Long> id = stored.map(StoredSaga::id).or(() -> table.idOf(key(gid)));
        List<SummaryTable.Row> rows = id.map(List::of).map(table::rows).orElse(List.of());
        List<TransactionSummary> shown = id.map(List::of).map(summaries::of).orElse(List.of());
        if (rows.isEmpty() || shown.isEmpty()) {
            return Optional.empty();
        }
        Transaction.Builder transaction = Transaction.newBuilder()
                .setSummary(shown.getFirst())
                .setEpoch(rows.getFirst().epoch())
                .setUnreadable(unreadable)
                .setEtag(stored.map(StoredSaga::saga).map(StateTag::of).orElseGet(() -> etag(rows.getFirst())));
        notes(transaction, rows.getFirst().id());
        related(transaction, rows.getFirst().id());
        if (stored.isPresent()) {
            fill(transaction, stored.get(), rows.getFirst());
        } else {
            explanation(transaction, Explanation.unreadable(unreadable));
        }
        return Optional.of(transaction.build());
    }

    /// Of a transaction that cannot be read. All others have that of their state, which operations ask for.
    static String etag(SummaryTable.Row row) {
        return Long.toHexString(row.id()) + "-" + Long.toHexString(row.updatedMicros());
    }

    private void fill(Transaction.Builder transaction, StoredSaga stored, SummaryTable.Row row) {
        Saga saga = stored.saga();
        SagaDefinition definition = saga.definition();
        List<Attempt> recent =
                calls.calls(saga.gid(), false, Optional.empty(), CALLS_MAX).calls();
        transaction
                .addAllBranches(branches.of(saga, recent))
                .setOptions(options(definition))
                .setProtocol(
                        definition.protocol().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .putAllBranchHeaders(masking.headers(definition.branchHeaders()))
                .setRetries(saga.retrying().retries())
                .setErrors(saga.retrying().errors())
                .setTraceId(traceId(definition));
        Duration timeout = definition.options().timeoutToFail();
        if (!timeout.isZero() && definition.mode().endsAtDeadline(saga.status())) {
            transaction.setDeadline(Summaries.timestamp(stored.created().plus(timeout)));
        }
        recent.stream()
                .limit(CALLS_SHOWN)
                .forEach(call -> transaction.addAttempts(attempt(call, Optional.of(definition))));
        saga.rejection().ifPresent(rejection -> transaction.setRejection(rejection(rejection)));
        if (!definition.extras().result().isEmpty()) {
            transaction.setResult(masking.payload(definition.extras().result()));
        }
        Instant now = Summaries.instant(row.nowMicros());
        explanation(
                transaction,
                Explanation.of(new Explanation.Situation(stored, failing(row, recent), targets, now, masking::url)));
    }

    private static Optional<Explanation.Failing> failing(SummaryTable.Row row, List<Attempt> recent) {
        SummaryTable.Trouble trouble = row.trouble();
        if (trouble.step().isEmpty()) {
            return Optional.empty();
        }
        int step = trouble.step().get();
        Op op = trouble.op().filter(Op.COMPENSATION.wireName()::equals).isPresent() ? Op.COMPENSATION : Op.ACTION;
        List<Attempt> same = recent.stream()
                .filter(each -> each.step() == step
                        && each.op() == op
                        && !each.outcome().equals("succeeded"))
                .toList();
        return Optional.of(new Explanation.Failing(
                step,
                op,
                trouble.outcome().orElse(""),
                trouble.error().orElse(""),
                Summaries.instant(trouble.calledMicros().orElse(0L)),
                same.isEmpty() ? "" : same.getFirst().node(),
                // Those of the whole transaction when there are more than were read.
                same.isEmpty() || recent.size() == CALLS_MAX
                        ? trouble.failures().orElse(1L)
                        : same.size()));
    }

    private void explanation(Transaction.Builder transaction, Explanation explanation) {
        Map<String, String> arguments = new HashMap<>();
        explanation.arguments().forEach((name, value) -> arguments.put(name, masking.text(value)));
        transaction.setExplanation(io.ordersaga.saga.v1.Explanation.newBuilder()
                .setId(explanation.id())
                .putAllArguments(arguments)
                .setText(masking.text(explanation.text())));
    }

    private void notes(Transaction.Builder transaction, long id) {
        table.notes(id, NOTES_MAX)
                .reversed()
                .forEach(note -> transaction.addNotes(Transaction.Note.newBuilder()
                        .setCreateTime(Summaries.timestamp(note.createdMicros()))
                        .setAuthor(note.author())
                        .setText(note.text())));
    }

    private void related(Transaction.Builder transaction, long id) {
        String businessKey = transaction.getSummary().getBusinessKey();
        if (!businessKey.isEmpty()) {
            transaction.addAllRelatedGids(table.related(businessKey, id, RELATED_MAX));
        }
    }

    private static Transaction.Options options(SagaDefinition definition) {
        SagaOptions given = definition.options();
        Transaction.Options.Builder options = Transaction.Options.newBuilder()
                .setRetryLimit(given.retryLimit())
                .setConcurrent(given.concurrent());
        if (!given.retryInterval().isZero()) {
            options.setRetryInterval(Summaries.duration(given.retryInterval()));
        }
        if (!given.requestTimeout().isZero()) {
            options.setRequestTimeout(Summaries.duration(given.requestTimeout()));
        }
        if (!given.timeoutToFail().isZero()) {
            options.setTimeoutToFail(Summaries.duration(given.timeoutToFail()));
        }
        if (!definition.extras().delay().isZero()) {
            options.setDelay(Summaries.duration(definition.extras().delay()));
        }
        return options.build();
    }

    private Transaction.Rejection rejection(Rejection rejection) {
        Transaction.Rejection.Builder shown =
                Transaction.Rejection.newBuilder().setReason(masking.text(rejection.reason()));
        if (rejection.status().isEmpty()) {
            return shown.build();
        }
        try {
            com.google.rpc.Status typed =
                    com.google.rpc.Status.parseFrom(rejection.status().toArray());
            shown.setCode(Status.fromCodeValue(typed.getCode()).getCode().name());
            for (Any detail : typed.getDetailsList()) {
                if (detail.is(ErrorInfo.class)) {
                    ErrorInfo info = detail.unpack(ErrorInfo.class);
                    shown.setTypedReason(info.getReason()).setDomain(info.getDomain());
                }
            }
        } catch (InvalidProtocolBufferException notOurs) {
            // A participant may put anything there; its words are shown anyway.
            log.debug("a participant's status cannot be read", notOurs);
        }
        return shown.build();
    }

    private static String traceId(SagaDefinition definition) {
        return Optional.ofNullable(definition.branchHeaders().get("traceparent"))
                .filter(header -> TRACEPARENT.matcher(header).matches())
                .map(header -> header.substring(3, 35))
                .orElse("");
    }

    static byte[] key(Gid gid) {
        return gid.value().getBytes(StandardCharsets.US_ASCII);
    }

    /// One call as it is shown.
    io.ordersaga.saga.v1.Attempt attempt(Attempt attempt, Optional<SagaDefinition> definition) {
        String branchId = definition
                .filter(known -> attempt.step() < known.steps().size())
                .map(known -> new BranchCall(known, attempt.step(), attempt.op(), Optional.empty()).branchId())
                .orElseGet(() -> BranchCall.branchId(attempt.step()));
        return branches.attempt(attempt, branchId);
    }
}
