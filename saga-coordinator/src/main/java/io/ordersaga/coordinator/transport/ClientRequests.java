package io.ordersaga.coordinator.transport;

import com.google.rpc.Status;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.ClientDecisions;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Rejection;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.Submissions;
import io.ordersaga.coordinator.engine.SubmitAnswer;
import io.ordersaga.coordinator.engine.TopicStore;
import io.ordersaga.coordinator.engine.WorkflowMode;
import io.ordersaga.coordinator.transport.SagaErrors.Verb;
import io.ordersaga.coordinator.transport.SubmitForm.BranchForm;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What DTM's clients may ask for, whichever way they come: each transport makes a form of its request, and words of
/// the answer. An empty answer is a yes. Thread-safe.
///
/// Every method throws [InvalidSagaException] for what can never be done, with nothing stored, and
/// [StoreUnavailableException].
public final class ClientRequests {

    private final Submissions submissions;
    private final ClientDecisions decisions;
    private final SagaArchive archive;
    private final Topics topics;
    private final SagaReader reader;
    private final SubmitLimits limits;
    private final boolean quirks;

    public ClientRequests(
            Submissions submissions,
            ClientDecisions decisions,
            SagaArchive archive,
            TopicStore topicStore,
            SubmitLimits limits,
            AllowList allowed,
            boolean quirks) {
        this.quirks = quirks;
        this.submissions = submissions;
        this.decisions = decisions;
        this.archive = archive;
        this.reader = new SagaReader(limits, allowed);
        this.topics = new Topics(topicStore, reader, limits);
        this.limits = limits;
    }

    Topics topics() {
        return topics;
    }

    /// Adds a subscriber under DTM's rules, for others than DTM's clients.
    public void subscribe(String topic, String url, String remark) {
        topics.subscribe(topic, url, remark);
    }

    /// Removes a subscriber under DTM's rules.
    public void unsubscribe(String topic, String url) {
        topics.unsubscribe(topic, url);
    }

    /// Removes a topic with all its subscribers.
    ///
    /// @return whether there was one
    public boolean deleteTopic(String topic) {
        return topics.delete(topic);
    }

    /// See [Submissions#overload].
    Optional<SubmitAnswer.Overloaded> overload() {
        return submissions.overload();
    }

    /// @param left of the caller's own time
    Optional<Status> submit(SubmitForm form, Optional<Duration> left) {
        boolean wait = form.more().waitResult();
        Duration patience = patience(wait ? limits.waitMax() : limits.acceptMax(), left);
        SagaDefinition definition = reader.read(form);
        SubmitAnswer answer = definition.mode() instanceof WorkflowMode
                ? finish(definition.gid(), form, patience)
                : submissions.submit(topics.expanded(definition), wait, patience);
        // DTM's clients hear of a failure, though the transaction goes on and may well succeed.
        boolean isOpen = answer instanceof SubmitAnswer.Unfinished(var rejection) && rejection.isEmpty();
        return isOpen && !quirks
                ? Optional.of(SagaErrors.ongoing())
                : SagaErrors.statusOf(answer, Verb.SUBMIT, form.gid());
    }

    private SubmitAnswer finish(Gid gid, SubmitForm form, Duration patience) {
        Map<String, String> extra = form.more().reqExtra();
        String status = extra.getOrDefault("status", "");
        if (!status.equals("succeed") && !status.equals("failed")) {
            throw new InvalidSagaException("req_extra.status", "must be succeed or failed");
        }
        Bytes result = Bytes.of(extra.getOrDefault("result", ""));
        if (result.size() > limits.payloadBytesMax()) {
            throw new InvalidSagaException(
                    "req_extra.result",
                    "has " + result.size() + " bytes, at most " + limits.payloadBytesMax() + " are allowed");
        }
        Rejection why = Rejection.ofReason(extra.getOrDefault("rollback_reason", ""));
        return decisions.finish(gid, status.equals("succeed"), why, result, patience);
    }

    Optional<Status> prepare(SubmitForm form, Optional<Duration> left) {
        SagaDefinition definition = reader.readPrepared(form);
        SubmitAnswer answer = decisions.prepare(topics.expanded(definition), patience(limits.acceptMax(), left));
        return SagaErrors.statusOf(answer, Verb.PREPARE, form.gid());
    }

    /// A workflow as it stands after it was prepared, or the refusal.
    record Prepared(Optional<Status> refusal, Optional<StoredSaga> stored) {}

    Prepared prepareWorkflow(SubmitForm form, Optional<Duration> left) {
        SagaDefinition definition = reader.readPrepared(form);
        if (!(definition.mode() instanceof WorkflowMode)) {
            throw new InvalidSagaException("trans_type", "must be workflow");
        }
        SubmitAnswer answer = decisions.prepare(definition, patience(limits.acceptMax(), left));
        Optional<StoredSaga> stored = archive.find(definition.gid());
        boolean isFound = stored.filter(found -> found.saga().definition().mode() instanceof WorkflowMode)
                .isPresent();
        // It may have run before, to whichever end: who prepares it again is told how far it came.
        boolean isKnown = answer instanceof SubmitAnswer.Accepted || answer instanceof SubmitAnswer.WrongStatus;
        if (isKnown && isFound) {
            return new Prepared(Optional.empty(), stored);
        }
        SubmitAnswer refusal = isKnown ? new SubmitAnswer.GidReused() : answer;
        return new Prepared(SagaErrors.statusOf(refusal, Verb.PREPARE, form.gid()), Optional.empty());
    }

    Optional<Status> abort(SubmitForm form, Optional<Duration> left) {
        Gid gid = new Gid(form.gid());
        var _ = SagaReader.mode(form.transType());
        Rejection why = Rejection.ofReason(form.more().rollbackReason());
        SubmitAnswer answer = decisions.abort(gid, why, patience(limits.acceptMax(), left));
        return SagaErrors.statusOf(answer, Verb.ABORT, form.gid());
    }

    Optional<Status> register(BranchForm form) {
        Gid gid = new Gid(form.gid());
        Mode mode = Mode.named(form.transType())
                .orElseThrow(
                        () -> new InvalidSagaException("trans_type", "unknow trans type: " + shown(form.transType())));
        Step branch = reader.readBranch(mode, form);
        return SagaErrors.statusOf(decisions.register(gid, mode, branch), Verb.REGISTER, form.gid());
    }

    private static String shown(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64);
    }

    Optional<Status> forceStop(String gid) {
        SubmitAnswer answer = decisions.forceStop(new Gid(gid), limits.acceptMax());
        return SagaErrors.statusOf(answer, Verb.FORCE_STOP, gid);
    }

    private static Duration patience(Duration longest, Optional<Duration> left) {
        return left.filter(own -> own.compareTo(longest) < 0).orElse(longest);
    }
}
