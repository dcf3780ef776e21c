package io.ordersaga.coordinator.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/// What was submitted. Only registered branches and the result of a workflow are added afterwards. One whose
/// `orders` would let a step wait for ever cannot be made: [InvalidSagaException] names the entry.
public record SagaDefinition(
        Gid gid,
        Mode mode,
        Protocol protocol,
        List<Step> steps,
        SortedMap<String, String> branchHeaders,
        SagaOptions options,
        Extras extras) {

    /// Headers that name the request and not the work: another attempt of the same submit brings other values. Labels
    /// say nothing about the work, either.
    private static final Set<String> TRACE_HEADERS = Set.of("traceparent", "tracestate", "baggage");

    public SagaDefinition {
        steps = List.copyOf(steps);
        branchHeaders = Collections.unmodifiableSortedMap(new TreeMap<>(branchHeaders));
        Plan.requireRunnable(steps.size(), options);
    }

    public SagaDefinition(
            Gid gid,
            Mode mode,
            Protocol protocol,
            List<Step> steps,
            SortedMap<String, String> branchHeaders,
            SagaOptions options) {
        this(gid, mode, protocol, steps, branchHeaders, options, Extras.NONE);
    }

    SagaDefinition with(Step branch) {
        List<Step> longer = new ArrayList<>(steps);
        longer.add(branch);
        return new SagaDefinition(gid, mode, protocol, longer, branchHeaders, options, extras);
    }

    SagaDefinition with(Bytes result) {
        return new SagaDefinition(gid, mode, protocol, steps, branchHeaders, options, extras.withResult(result));
    }

    public SagaDefinition with(Duration delay) {
        return new SagaDefinition(gid, mode, protocol, steps, branchHeaders, options, extras.withDelay(delay));
    }

    /// The same, rolled back by itself at another time; the digest of what was submitted is stored beside it.
    SagaDefinition withTimeoutToFail(Duration timeout) {
        return new SagaDefinition(
                gid, mode, protocol, steps, branchHeaders, options.withTimeoutToFail(timeout), extras);
    }

    /// The same with other steps, and still with the digest of these.
    public SagaDefinition expandedTo(List<Step> expanded) {
        return new SagaDefinition(gid, mode, protocol, expanded, branchHeaders, options, extras.withSource(digest()));
    }

    /// Whether it brings anything to do; the submit of what is prepared need not.
    public boolean hasWork() {
        return steps.stream().anyMatch(step -> !step.isCheckBack());
    }

    /// SHA-256 of everything that decides what this saga does: two submits of one gid with different digests
    /// ask for different things, and only the first is run.
    public Bytes digest() {
        if (!extras.source().isEmpty()) {
            return extras.source();
        }
        try {
            ByteArrayOutputStream canonical = new ByteArrayOutputStream();
            writeCanonical(new DataOutputStream(canonical));
            return Bytes.of(MessageDigest.getInstance("SHA-256").digest(canonical.toByteArray()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException("every Java platform has SHA-256", failure);
        }
    }

    private void writeCanonical(DataOutputStream out) throws IOException {
        text(out, mode.wireName());
        text(out, protocol.name());
        List<Step> work = steps.stream().filter(step -> !step.isCheckBack()).toList();
        out.writeInt(work.size());
        for (Step step : work) {
            text(out, step.action());
            text(out, step.compensation());
            bytes(out, step.payload().toArray());
        }
        for (Map.Entry<String, String> header : branchHeaders.entrySet()) {
            if (!TRACE_HEADERS.contains(header.getKey()) && !Labels.isLabel(header.getKey())) {
                text(out, header.getKey());
                text(out, header.getValue());
            }
        }
        out.writeLong(options.retryInterval().toMillis());
        out.writeLong(options.requestTimeout().toMillis());
        out.writeLong(options.timeoutToFail().toMillis());
        out.writeInt(options.retryLimit());
        writeOrders(out);
    }

    /// Nothing for a saga that runs one action after the other, whose digest is older than concurrent sagas.
    private void writeOrders(DataOutputStream out) throws IOException {
        if (!options.concurrent()) {
            return;
        }
        out.writeBoolean(true);
        for (Map.Entry<Integer, SortedSet<Integer>> order : options.orders().entrySet()) {
            out.writeInt(order.getKey());
            out.writeInt(order.getValue().size());
            for (int before : order.getValue()) {
                out.writeInt(before);
            }
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        bytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(DataOutputStream out, byte[] content) throws IOException {
        out.writeInt(content.length);
        out.write(content);
    }
}
