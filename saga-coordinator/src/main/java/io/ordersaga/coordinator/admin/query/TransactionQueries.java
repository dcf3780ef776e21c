package io.ordersaga.coordinator.admin.query;

import io.grpc.BindableService;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.CallArchive;
import io.ordersaga.coordinator.engine.Progress;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.kit.ErrorDomain;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Jdbi;

/// The parts of this package, put together.
public final class TransactionQueries {

    private final Scanner scanner;
    private final Masking masking;
    private final QueryGate gate;
    private final MinuteRecorder minutes;
    private final BindableService endpoint;

    /// What others know.
    ///
    /// @param progresses reads a stored progress; throws when it cannot
    /// @param firstIdOf the smallest id of a transaction that is submitted at that moment
    /// @param alerts how many are open
    public record Ports(
            SagaArchive archive,
            CallArchive calls,
            Function<Bytes, Progress> progresses,
            ToLongFunction<Instant> firstIdOf,
            TargetState.Source targets,
            IntSupplier alerts) {}

    /// The tables are those of `jdbi`.
    ///
    /// @param node this node's name
    public TransactionQueries(
            Jdbi jdbi,
            Ports ports,
            QuerySettings settings,
            MaskingSettings maskingSettings,
            InstantSource clock,
            MeterRegistry registry,
            String node,
            ErrorDomain domain) {
        masking = new Masking(maskingSettings);
        gate = new QueryGate(settings, domain);
        OverviewTable overviews = jdbi.onDemand(OverviewTable.class);
        SummaryTable rows = jdbi.onDemand(SummaryTable.class);
        Summaries summaries = new Summaries(rows, ports.progresses(), masking);
        scanner = new Scanner(jdbi.onDemand(ScanTable.class), settings, clock, ports.firstIdOf());
        minutes = new MinuteRecorder(overviews, registry, node);
        Diagnosis diagnosis = new Diagnosis(overviews, registry, clock, node);
        endpoint = new TransactionEndpoint(
                new TransactionEndpoint.Questions(
                        scanner,
                        summaries,
                        new Counts(scanner, overviews, masking),
                        new Details(ports.archive(), ports.calls(), rows, summaries, masking, ports.targets()),
                        new Overviews(overviews, summaries, diagnosis, masking, settings, ports.alerts()),
                        new Attention(overviews, settings, masking)),
                ports.archive(),
                ports.calls(),
                gate,
                domain);
    }

    /// For whatever works on what a filter selects.
    public Scanner scanner() {
        return scanner;
    }

    /// For whatever else takes long to answer.
    public QueryGate gate() {
        return gate;
    }

    /// For whatever else is shown of what participants get and say.
    public Masking masking() {
        return masking;
    }

    public MinuteRecorder minutes() {
        return minutes;
    }

    /// `saga.v1.TransactionService`
    public BindableService endpoint() {
        return endpoint;
    }
}
