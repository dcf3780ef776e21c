package io.ordersaga.coordinator.admin.access;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.admin.access.oidc.Provider;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.saga.v1.BeginProviderSignInRequest;
import io.ordersaga.saga.v1.BeginProviderSignInResponse;
import io.ordersaga.saga.v1.ChangePasswordRequest;
import io.ordersaga.saga.v1.FinishProviderSignInRequest;
import io.ordersaga.saga.v1.GetSessionRequest;
import io.ordersaga.saga.v1.GetSignInOptionsRequest;
import io.ordersaga.saga.v1.Session;
import io.ordersaga.saga.v1.SessionServiceGrpc;
import io.ordersaga.saga.v1.SignInOptions;
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
    private final ProviderSignIn providerSignIn;
    private final Passwords passwords;
    private final Identities identities;
    private final AccessSettings settings;
    private final boolean readOnly;
    private final ErrorDomain domain;

    SessionEndpoint(
            Jdbi jdbi,
            SignIn signIn,
            ProviderSignIn providerSignIn,
            Passwords passwords,
            Identities identities,
            AccessSettings settings,
            boolean readOnly,
            ErrorDomain domain) {
        this.jdbi = jdbi;
        this.sessions = jdbi.onDemand(SessionTable.class);
        this.signIn = signIn;
        this.providerSignIn = providerSignIn;
        this.passwords = passwords;
        this.identities = identities;
        this.settings = settings;
        this.readOnly = readOnly;
        this.domain = domain;
    }

    @Override
    public void signIn(SignInRequest request, StreamObserver<Session> answer) {
        String token = signIn.open(request.getAccount(), request.getPassword());
        answer.onNext(opened(token, request.getBrowser()));
        answer.onCompleted();
    }

    @Override
    public void getSignInOptions(GetSignInOptionsRequest request, StreamObserver<SignInOptions> answer) {
        answer.onNext(SignInOptions.newBuilder()
                .setProvider(settings.oidc().isConfigured())
                .setProviderName(
                        settings.oidc().isConfigured() ? settings.oidc().name() : "")
                .build());
        answer.onCompleted();
    }

    @Override
    public void beginProviderSignIn(
            BeginProviderSignInRequest request, StreamObserver<BeginProviderSignInResponse> answer) {
        Provider.Beginning beginning = providerSignIn.begin();
        answer.onNext(BeginProviderSignInResponse.newBuilder()
                .setAuthorizationUrl(beginning.authorizationUrl())
                .setProof(beginning.proof())
                .setLifetime(Durations.fromMillis(settings.oidc().signInWithin().toMillis()))
                .build());
        answer.onCompleted();
    }

    @Override
    public void finishProviderSignIn(FinishProviderSignInRequest request, StreamObserver<Session> answer) {
        String token =
                providerSignIn.finish(request.getProof(), request.getState(), request.getCode(), request.getIssuer());
        answer.onNext(opened(token, request.getBrowser()));
        answer.onCompleted();
    }

    private Session opened(String token, boolean browser) {
        Identity identity = identities
                .of(token, false)
                .orElseThrow(() -> new IllegalStateException("the session was ended at once"));
        Session.Builder session = describe(identity);
        if (browser) {
            CallState.answerWith(COOKIE, token);
            session.setCsrfToken(BrowserSessions.csrfToken(token));
        } else {
            session.setToken(token);
        }
        return session.build();
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
        if (ProviderSignIn.isFederated(name)) {
            throw noPassword();
        }
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
        answer.onNext(
                describe(new Identity(identity.operator(), false, identity.tokenHash(), "", identity.expireTime()))
                        .build());
        answer.onCompleted();
    }

    /// Who asks, when they have a session.
    private Identity session() {
        return Identity.found()
                .filter(identity -> identity.operator().kind() == Operator.Kind.PERSON)
                .orElseThrow(this::noPassword);
    }

    private RefusalException noPassword() {
        return domain.refusal(
                Status.Code.FAILED_PRECONDITION,
                "NO_SESSION",
                "this is for those who signed in with a password",
                Map.of());
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
                .setDisplayName(identity.displayName())
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
