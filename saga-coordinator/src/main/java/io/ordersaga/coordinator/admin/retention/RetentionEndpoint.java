package io.ordersaga.coordinator.admin.retention;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.saga.v1.GetRetentionRequest;
import io.ordersaga.saga.v1.GetTablesRequest;
import io.ordersaga.saga.v1.Retention;
import io.ordersaga.saga.v1.RetentionPolicy;
import io.ordersaga.saga.v1.RetentionServiceGrpc;
import io.ordersaga.saga.v1.Table;
import io.ordersaga.saga.v1.Tables;
import io.ordersaga.saga.v1.TransactionStatus;
import io.ordersaga.saga.v1.UpdateRetentionRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/// `saga.v1.RetentionService`: how long finished transactions are kept, and what they cost.
public final class RetentionEndpoint extends RetentionServiceGrpc.RetentionServiceImplBase {

    private static final int RATE_HOURS = 24;
    private static final long MINUTES_PER_DAY = 24 * 60;
    /// What grows with each transaction.
    private static final Set<String> GROWING =
            Set.of("saga", "saga_attempt", "saga_label", "saga_trouble", "saga_note");

    private final RetentionTable table;
    private final RetentionSettings settings;
    private final ErrorDomain domain;

    public RetentionEndpoint(Jdbi jdbi, RetentionSettings settings, ErrorDomain domain) {
        this.table = jdbi.onDemand(RetentionTable.class);
        this.settings = settings;
        this.domain = domain;
    }

    @Override
    public void getRetention(GetRetentionRequest request, StreamObserver<Retention> responses) {
        responses.onNext(retention());
        responses.onCompleted();
    }

    @Override
    public void updateRetention(UpdateRetentionRequest request, StreamObserver<Retention> responses) {
        RetentionPolicy policy = request.getPolicy();
        if (policy.hasKeep() && policy.getKeep().getNanos() != 0) {
            throw domain.invalidField("policy.keep", "is counted in whole seconds");
        }
        Optional<Long> keep = policy.hasKeep() ? Optional.of(policy.getKeep().getSeconds()) : Optional.empty();
        int _ = table.update(policy.getStatus().name(), keep);
        responses.onNext(retention());
        responses.onCompleted();
    }

    private Retention retention() {
        Retention.Builder retention = Retention.newBuilder().setBatchSize(settings.batch());
        for (RetentionTable.Policy row : table.policies()) {
            RetentionPolicy.Builder policy = RetentionPolicy.newBuilder()
                    .setStatus(TransactionStatus.Value.valueOf(row.status()))
                    .setPurged(row.purged());
            row.keepSeconds()
                    .ifPresent(keep -> policy.setKeep(Duration.newBuilder().setSeconds(keep)));
            row.updatedMicros().ifPresent(updated -> policy.setUpdateTime(timestamp(updated)));
            retention.addPolicies(policy);
        }
        table.duty(Purge.DUTY).filter(duty -> duty.doneMicros() > 0).ifPresent(duty -> {
            retention.setLastRoundTime(timestamp(duty.doneMicros()));
            if (duty.held()) {
                retention.setOwner(duty.owner());
            }
        });
        return retention.build();
    }

    @Override
    public void getTables(GetTablesRequest request, StreamObserver<Tables> responses) {
        List<RetentionTable.Size> sizes = table.sizes();
        RetentionTable.Rate rate = table.rate(RATE_HOURS);
        long perDay = rate.submitted() * MINUTES_PER_DAY / Math.max(1, rate.minutes());
        long sagas = sizes.stream()
                .filter(size -> size.name().equals("saga"))
                .mapToLong(RetentionTable.Size::tableRows)
                .sum();
        long grown = sizes.stream()
                .filter(size -> GROWING.contains(size.name()))
                .mapToLong(size -> size.dataBytes() + size.indexBytes())
                .sum();
        long each = sagas == 0 ? 0 : grown / sagas;
        Tables.Builder tables = Tables.newBuilder()
                .setBytes(sizes.stream()
                        .mapToLong(size -> size.dataBytes() + size.indexBytes())
                        .sum())
                .setTransactionsPerDay(perDay)
                .setBytesPerTransaction(each)
                .setBytesPerDay(perDay * each);
        sizes.forEach(size -> tables.addTables(Table.newBuilder()
                .setName(size.name())
                .setRows(size.tableRows())
                .setDataBytes(size.dataBytes())
                .setIndexBytes(size.indexBytes())));
        responses.onNext(tables.build());
        responses.onCompleted();
    }

    private static Timestamp timestamp(long micros) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(micros, 1_000_000L))
                .setNanos((int) Math.floorMod(micros, 1_000_000L) * 1_000)
                .build();
    }
}
