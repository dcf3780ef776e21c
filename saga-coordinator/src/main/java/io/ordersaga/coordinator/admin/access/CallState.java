package io.ordersaga.coordinator.admin.access;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;

/// What those who have to do with one call of `saga.v1` tell each other: [AuditInterceptor] makes it,
/// outside of everything, [AccessInterceptor] says who asks, an endpoint may add to the answer.
/// Thread-safe, since a call may be ended by a timer.
final class CallState {
    private static final Context.Key<CallState> KEY = Context.key("ordersaga-call");

    private final String method;
    private final String origin;
    private final Metadata answer = new Metadata();
    private String operator = "";
    private String token = "";
    private String resource = "";
    private String reason = "";
    private String requestDigest = "";
    private boolean denied;
    private long begunSeq;

    CallState(String method, String origin) {
        this.method = method;
        this.origin = origin;
    }

    Context in(Context context) {
        return context.withValue(KEY, this);
    }

    static CallState current() {
        CallState state = KEY.get();
        if (state == null) {
            throw new IllegalStateException("no call of saga.v1 is served here");
        }
        return state;
    }

    /// Has the answer go with this metadata.
    static void answerWith(Metadata.Key<String> key, String value) {
        CallState state = current();
        synchronized (state) {
            state.answer.discardAll(key);
            state.answer.put(key, value);
        }
    }

    /// The token that was shown; empty when none was.
    static Optional<String> shownToken() {
        CallState state = current();
        synchronized (state) {
            return Optional.of(state.token).filter(token -> !token.isEmpty());
        }
    }

    /// Says in the entries that are still to be written what the call turned out to be about.
    static void turnsOutAbout(String what) {
        CallState state = current();
        synchronized (state) {
            state.resource = what;
        }
    }

    synchronized void addAnswerTo(Metadata headers) {
        headers.merge(answer);
    }

    synchronized void isBy(String name, String shown) {
        operator = name;
        token = shown;
    }

    synchronized void isDenied() {
        denied = true;
    }

    /// What the entries of an operation say about it.
    synchronized void isAbout(String what, String why, String digest) {
        resource = what;
        reason = why;
        requestDigest = digest;
    }

    synchronized void hasBegun(long seq) {
        begunSeq = seq;
    }

    synchronized AuditTrail.Entry beginning() {
        return entry(AuditTrail.Kind.BEGUN, "");
    }

    /// What is to be written at the end; nothing of a call that only reads. The second end is none.
    synchronized Optional<AuditTrail.Entry> end(String outcome) {
        Optional<AuditTrail.Entry> entry = Optional.empty();
        if (denied) {
            entry = Optional.of(entry(AuditTrail.Kind.DENIED, outcome));
        } else if (begunSeq > 0) {
            // An endpoint may find out what the method's role does not tell.
            boolean refused = outcome.startsWith(Status.Code.PERMISSION_DENIED.name());
            entry = Optional.of(entry(refused ? AuditTrail.Kind.DENIED : AuditTrail.Kind.DONE, outcome));
        }
        denied = false;
        begunSeq = 0;
        return entry;
    }

    private AuditTrail.Entry entry(AuditTrail.Kind kind, String outcome) {
        return new AuditTrail.Entry(kind, operator, method, resource, outcome, reason, requestDigest, origin, begunSeq);
    }
}
