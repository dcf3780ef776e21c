package io.ordersaga.coordinator.dispatch;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchCaller;
import io.ordersaga.coordinator.engine.BranchOutcome;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Rejection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Participants that answer by script, and succeed when nothing is scripted. They differ in how they are
/// called: `Step2` is begun, and answers on a thread of a connection; `Step3` is begun, too, and answers
/// before its call has returned; whoever calls another one waits.
final class ScriptedBranches implements BranchCaller {

    static final BranchOutcome LOST = new BranchOutcome.Unknown("connection reset", BranchOutcome.Trouble.NO_ANSWER);
    static final BranchOutcome NO = new BranchOutcome.Refused(new Rejection("sold out", Bytes.of("typed")));

    private final Map<String, Queue<BranchOutcome>> scripts = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Map<String, String> threads = new ConcurrentHashMap<>();

    ScriptedBranches next(String url, BranchOutcome outcome) {
        scripts.computeIfAbsent(url, key -> new ConcurrentLinkedQueue<>()).add(outcome);
        return this;
    }

    /// Calls of `url` come in but do not come back until [#open].
    void close(String url) {
        gates.put(url, new CountDownLatch(1));
    }

    void open(String url) {
        CountDownLatch gate = gates.remove(url);
        if (gate != null) {
            gate.countDown();
        }
    }

    /// Every call as `gid url`.
    List<String> calls() {
        return List.copyOf(calls);
    }

    List<String> urls() {
        return calls.stream().map(call -> call.substring(call.indexOf(' ') + 1)).toList();
    }

    /// The name of the thread that called `url`.
    String thread(String url) {
        return threads.getOrDefault(url, "nobody");
    }

    @Override
    public boolean begin(BranchCall call, Consumer<BranchOutcome> answered) {
        if (call.url().contains("/Step2/")) {
            threads.put(call.url(), Thread.currentThread().getName());
            Thread.ofVirtual().name("connection").start(() -> answered.accept(answer(call)));
            return true;
        }
        if (call.url().contains("/Step3/")) {
            threads.put(call.url(), Thread.currentThread().getName());
            answered.accept(answer(call));
            return true;
        }
        return false;
    }

    @Override
    public BranchOutcome call(BranchCall call) {
        threads.put(call.url(), Thread.currentThread().getName());
        return answer(call);
    }

    private BranchOutcome answer(BranchCall call) {
        CountDownLatch gate = gates.get(call.url());
        calls.add(call.gid() + " " + call.url());
        try {
            if (gate != null && !gate.await(30, TimeUnit.SECONDS)) {
                return new BranchOutcome.Unknown("the test forgot to open the gate", BranchOutcome.Trouble.NO_ANSWER);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return LOST;
        }
        Queue<BranchOutcome> script = scripts.get(call.url());
        BranchOutcome scripted = script == null ? null : script.poll();
        return scripted == null ? new BranchOutcome.Succeeded() : scripted;
    }
}
