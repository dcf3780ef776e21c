package io.ordersaga.coordinator.admin.access;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.saga.v1.ChangePasswordRequest;
import io.ordersaga.saga.v1.GetSessionRequest;
import io.ordersaga.saga.v1.Session;
import io.ordersaga.saga.v1.SessionServiceGrpc;
import io.ordersaga.saga.v1.SignInRequest;
import io.ordersaga.saga.v1.SignOutRequest;
import io.ordersaga.saga.v1.SignOutResponse;
import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/// Signing in and out over gRPC. What is for a browser's cookie goes back as metadata, which
/// [BrowserSessions] reads.
public final class SessionEndpoint extends SessionServiceGrpc.SessionServiceImplBase {

    /// The token of a session that a browser is to keep; empty: it is to forget it.
    static final Metadata.Key<String> COOKIE =
            Metadata.Key.of("ordersaga-session-cookie", Metadata.ASCII_STRING_MARSHALLER);

    private final Jdbi jdbi;
    private final SessionTable sessions;
    private final SignIn signIn;
    private final Passwords passwords;
    private final Identities identities;
    private final AccessSettings settings;
    private final boolean readOnly;
    private final ErrorDomain domain;

    SessionEndpoint(
            Jdbi jdbi,
            SignIn signIn,
            Passwords passwords,
            Identities identities,
            AccessSettings settings,
            boolean readOnly,
            ErrorDomain domain) {
        this.jdbi = jdbi;
        this.sessions = jdbi.onDemand(SessionTable.class);
        this.signIn = signIn;
        this.passwords = passwords;
        this.identities = identities;
        this.settings = settings;
        this.readOnly = readOnly;
        this.domain = domain;
    }

    @Override
    public void signIn(SignInRequest request, StreamObserver<Session> answer) {
        SignIn.Opened opened = signIn.open(request.getAccount(), request.getPassword());
        Identity identity = identities
                .of(opened.token(), false)
                .orElseThrow(() -> new IllegalStateException("the session was ended at once"));
        Session.Builder session = describe(identity);
        if (request.getBrowser()) {
            CallState.answerWith(COOKIE, opened.token());
            session.setCsrfToken(BrowserSessions.csrfToken(opened.token()));
        } else {
            session.setToken(opened.token());
        }
        answer.onNext(session.build());
        answer.onCompleted();
    }

    @Override
    public void signOut(SignOutRequest request, StreamObserver<SignOutResponse> answer) {
        Identity identity = session();
        sessions.delete(identity.tokenHash());
        identities.forget(identity.tokenHash());
        CallState.answerWith(COOKIE, "");
        answer.onNext(SignOutResponse.getDefaultInstance());
        answer.onCompleted();
    }

    @Override
    public void getSession(GetSessionRequest request, StreamObserver<Session> answer) {
        Identity identity = Identity.found().orElseThrow();
        Session.Builder session = describe(identity);
        CallState.shownToken()
                .filter(token -> token.startsWith(BearerToken.SESSION))
                .ifPresent(token -> session.setCsrfToken(BrowserSessions.csrfToken(token)));
        answer.onNext(session.build());
        answer.onCompleted();
    }

    @Override
    public void changePassword(ChangePasswordRequest request, StreamObserver<Session> answer) {
        Identity identity = session();
        String name = identity.operator().name();
        String next = request.getNewPassword();
        if (next.equals(request.getCurrentPassword()) || next.contains(name)) {
            throw domain.invalidField(
                    "new_password", "must be another one than the current one, and not have the account's name in it");
        }
        signIn.accountWith(name, request.getCurrentPassword());
        String hash = passwords.hash(next);
        jdbi.useTransaction(handle -> {
            handle.attach(AccountTable.class).setPassword(name, hash, false);
            handle.attach(SessionTable.class).deleteOthers(name, identity.tokenHash());
        });
        identities.forgetAll();
        answer.onNext(describe(new Identity(identity.operator(), false, identity.tokenHash(), identity.expireTime()))
                .build());
        answer.onCompleted();
    }

    /// Who asks, when they have a session.
    private Identity session() {
        return Identity.found()
                .filter(identity -> identity.operator().kind() == Operator.Kind.PERSON)
                .orElseThrow(() -> domain.refusal(
                        Status.Code.FAILED_PRECONDITION,
                        "NO_SESSION",
                        "this is for those who signed in with a password",
                        Map.of()));
    }

    private Session.Builder describe(Identity identity) {
        Operator operator = identity.operator();
        Session.Builder session = Session.newBuilder()
                .setName(operator.name())
                .setRole(operator.role())
                .setKind(
                        switch (operator.kind()) {
                            case ANONYMOUS -> Session.Kind.KIND_UNSPECIFIED;
                            case PERSON -> Session.Kind.PERSON;
                            case MACHINE -> Session.Kind.MACHINE;
                        })
                .setPasswordChangeRequired(identity.passwordChangeRequired())
                .setReadOnly(readOnly);
        if (operator.kind() == Operator.Kind.PERSON) {
            session.setIdleTimeout(
                    Durations.fromMillis(settings.session().idle().toMillis()));
        }
        Instant end = identity.expireTime();
        if (end != null) {
            session.setExpireTime(Timestamps.fromMillis(end.toEpochMilli()));
        }
        return session;
    }
}
