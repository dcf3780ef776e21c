package io.ordersaga.coordinator.store;

import io.ordersaga.coordinator.engine.BranchLabel;
import io.ordersaga.coordinator.engine.BranchProgress;
import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Extras;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Progress;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.Reach;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.StepProgress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/// The compact form of a definition and of a progress. Each begins with its version: a coordinator refuses one
/// that it does not know instead of misreading it.
public final class SagaCodec {

    /// The newest form that is read here. Written is the oldest that can say what is to be said, so that an older
    /// coordinator beside this one can go on with it.
    static final int VERSION = 4;
    /// Knew no success that somebody forced, and no step that was taken from whoever worked on it.
    private static final int UNFORCED = 3;
    /// Knew neither concurrent sagas nor which steps were reached, only how many.
    private static final int SEQUENTIAL_ONLY = 1;
    /// Knew no mode but `saga`.
    private static final int SAGAS_ONLY = 2;
    private static final long UNFINISHED = Long.MIN_VALUE;
    /// Instead of the code of a [BranchStatus]: a success that somebody forced.
    private static final int FORCED = 3;

    private SagaCodec() {}

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T from(DataInputStream in, int version) throws IOException;
    }

    /// The form in which this progress is written, and the row with it.
    static int formOf(Progress progress) {
        for (StepProgress step : progress.steps()) {
            if (step.action().forced() || step.compensation().forced() || step.reach() == Reach.TAKEN) {
                return VERSION;
            }
        }
        return UNFORCED;
    }

    public static Bytes encode(SagaDefinition definition) {
        return write(UNFORCED, out -> {
            out.writeByte(code(definition.protocol()));
            out.writeInt(definition.steps().size());
            for (Step step : definition.steps()) {
                text(out, step.action());
                text(out, step.compensation());
                bytes(out, step.payload());
                label(out, step.label());
            }
            out.writeInt(definition.branchHeaders().size());
            for (var header : definition.branchHeaders().entrySet()) {
                text(out, header.getKey());
                text(out, header.getValue());
            }
            out.writeLong(definition.options().retryInterval().toMillis());
            out.writeLong(definition.options().requestTimeout().toMillis());
            out.writeLong(definition.options().timeoutToFail().toMillis());
            out.writeInt(definition.options().retryLimit());
            out.writeBoolean(definition.options().concurrent());
            out.writeInt(definition.options().orders().size());
            for (var order : definition.options().orders().entrySet()) {
                out.writeInt(order.getKey());
                out.writeInt(order.getValue().size());
                for (int before : order.getValue()) {
                    out.writeInt(before);
                }
            }
            extras(out, definition.extras());
        });
    }

    public static SagaDefinition decodeDefinition(Gid gid, Mode mode, Bytes encoded) {
        return read(encoded, (in, version) -> {
            Protocol protocol = byCode(Protocol.values(), SagaCodec::code, in.readByte());
            List<Step> steps = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                steps.add(new Step(text(in), text(in), bytes(in), version > SAGAS_ONLY ? label(in) : BranchLabel.NONE));
            }
            SortedMap<String, String> headers = new TreeMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                headers.put(text(in), text(in));
            }
            SagaOptions sequential = new SagaOptions(duration(in), duration(in), duration(in), in.readInt());
            SagaOptions options = version == SEQUENTIAL_ONLY ? sequential : withOrders(sequential, in);
            Extras extras = version > SAGAS_ONLY ? extras(in) : Extras.NONE;
            return new SagaDefinition(gid, mode, protocol, steps, headers, options, extras);
        });
    }

    private static void label(DataOutputStream out, BranchLabel label) throws IOException {
        out.writeBoolean(!label.equals(BranchLabel.NONE));
        if (!label.equals(BranchLabel.NONE)) {
            text(out, label.branchId());
            text(out, label.op());
            out.writeByte(code(label.recorded()));
        }
    }

    private static BranchLabel label(DataInputStream in) throws IOException {
        return in.readBoolean()
                ? new BranchLabel(text(in), text(in), byCode(BranchStatus.values(), SagaCodec::code, in.readByte()))
                : BranchLabel.NONE;
    }

    private static void extras(DataOutputStream out, Extras extras) throws IOException {
        out.writeBoolean(!extras.equals(Extras.NONE));
        if (!extras.equals(Extras.NONE)) {
            bytes(out, extras.source());
            out.writeLong(extras.delay().toMillis());
            text(out, extras.customData());
            bytes(out, extras.result());
        }
    }

    private static Extras extras(DataInputStream in) throws IOException {
        return in.readBoolean() ? new Extras(bytes(in), duration(in), text(in), bytes(in)) : Extras.NONE;
    }

    private static SagaOptions withOrders(SagaOptions options, DataInputStream in) throws IOException {
        boolean concurrent = in.readBoolean();
        SortedMap<Integer, SortedSet<Integer>> orders = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            SortedSet<Integer> before = new TreeSet<>();
            orders.put(in.readInt(), before);
            for (int more = in.readInt(); more > 0; more--) {
                before.add(in.readInt());
            }
        }
        return new SagaOptions(
                options.retryInterval(),
                options.requestTimeout(),
                options.timeoutToFail(),
                options.retryLimit(),
                concurrent,
                orders);
    }

    public static Bytes encode(Progress progress) {
        return write(formOf(progress), out -> {
            out.writeInt(progress.steps().size());
            for (StepProgress step : progress.steps()) {
                branch(out, step.action());
                branch(out, step.compensation());
                out.writeByte(code(step.reach()));
            }
        });
    }

    public static Progress decodeProgress(Bytes encoded) {
        return read(encoded, (in, version) -> {
            List<StepProgress> steps = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                steps.add(StepProgress.stored(
                        branch(in), branch(in), version == SEQUENTIAL_ONLY ? Reach.NOT_CALLED : reach(in)));
            }
            return new Progress(version == SEQUENTIAL_ONLY ? reached(steps, in.readInt()) : steps);
        });
    }

    private static List<StepProgress> reached(List<StepProgress> steps, int count) {
        List<StepProgress> reached = new ArrayList<>();
        for (StepProgress step : steps) {
            reached.add(StepProgress.stored(
                    step.action(), step.compensation(), reached.size() < count ? Reach.CALLED : Reach.NOT_CALLED));
        }
        return reached;
    }

    private static void branch(DataOutputStream out, BranchProgress branch) throws IOException {
        out.writeByte(branch.forced() ? FORCED : code(branch.status()));
        out.writeLong(branch.finished().map(Instant::toEpochMilli).orElse(UNFINISHED));
    }

    private static BranchProgress branch(DataInputStream in) throws IOException {
        int code = in.readByte();
        boolean forced = code == FORCED;
        BranchStatus status = forced ? BranchStatus.SUCCEEDED : byCode(BranchStatus.values(), SagaCodec::code, code);
        long finished = in.readLong();
        return new BranchProgress(
                status,
                finished == UNFINISHED ? Optional.empty() : Optional.of(Instant.ofEpochMilli(finished)),
                forced);
    }

    private static int code(Protocol protocol) {
        return switch (protocol) {
            case HTTP -> 1;
            case GRPC -> 2;
            case JSON_RPC -> 3;
        };
    }

    private static Reach reach(DataInputStream in) throws IOException {
        return byCode(Reach.values(), SagaCodec::code, in.readByte());
    }

    private static int code(Reach reach) {
        return switch (reach) {
            case NOT_CALLED -> 0;
            case CALLED -> 1;
            case TAKEN -> 2;
        };
    }

    private static int code(BranchStatus status) {
        return switch (status) {
            case PREPARED -> 0;
            case SUCCEEDED -> 1;
            case FAILED -> 2;
        };
    }

    private static <E> E byCode(E[] values, ToIntFunction<E> coding, int code) {
        for (E value : values) {
            if (coding.applyAsInt(value) == code) {
                return value;
            }
        }
        throw new IllegalStateException("stored code " + code + " is unknown to this coordinator");
    }

    private static Duration duration(DataInputStream in) throws IOException {
        return Duration.ofMillis(in.readLong());
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        bytes(out, Bytes.of(text));
    }

    private static String text(DataInputStream in) throws IOException {
        return bytes(in).toText();
    }

    private static void bytes(DataOutputStream out, Bytes bytes) throws IOException {
        out.writeInt(bytes.size());
        out.write(bytes.toArray());
    }

    private static Bytes bytes(DataInputStream in) throws IOException {
        byte[] content = new byte[in.readInt()];
        in.readFully(content);
        return Bytes.of(content);
    }

    private static Bytes write(int version, Writing writing) {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(buffer)) {
            out.writeByte(version);
            writing.to(out);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return Bytes.of(buffer.toByteArray());
    }

    private static <T> T read(Bytes encoded, Reading<T> reading) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded.toArray()))) {
            int version = in.readByte();
            if (version < SEQUENTIAL_ONLY || version > VERSION) {
                throw new IllegalStateException("stored form " + version + " is newer than this coordinator");
            }
            return reading.from(in, version);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
