package io.ordersaga.coordinator.admin.page;

import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.ordersaga.coordinator.admin.access.BrowserSessions;
import io.ordersaga.saga.v1.BeginProviderSignInRequest;
import io.ordersaga.saga.v1.BeginProviderSignInResponse;
import io.ordersaga.saga.v1.ChangePasswordRequest;
import io.ordersaga.saga.v1.FinishProviderSignInRequest;
import io.ordersaga.saga.v1.GetSignInOptionsRequest;
import io.ordersaga.saga.v1.Session;
import io.ordersaga.saga.v1.SignInOptions;
import io.ordersaga.saga.v1.SignInRequest;
import io.ordersaga.saga.v1.SignOutRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.http.ResponseCookie;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/// Signing in and out, the first password, and what is shown when there is nothing else to show.
final class DoorPages {

    /// How long a password may be said to be, as the API has it.
    private static final int ACCOUNT_LENGTH_MAX = 64;

    private final Desk desk;

    DoorPages(Desk desk) {
        this.desk = desk;
    }

    /// @param action where the form is sent to; empty when there is nothing to fill in
    /// @param elsewhere another door; empty when there is none
    /// @param goTo where the browser goes by itself; empty when it stays
    record DoorView(
            String title,
            String text,
            String action,
            Map<String, String> hidden,
            List<DialogView.Field> fields,
            String confirm,
            String wrong,
            String elsewhere,
            String elsewhereText,
            String goTo) {

        DoorView(
                String title,
                String text,
                String action,
                Map<String, String> hidden,
                List<DialogView.Field> fields,
                String confirm,
                String wrong) {
            this(title, text, action, hidden, fields, confirm, wrong, "", "", "");
        }

        DoorView or(String other, String otherText) {
            return new DoorView(title, text, action, hidden, fields, confirm, wrong, other, otherText, "");
        }

        DoorView goingTo(String goal) {
            return new DoorView(title, text, action, hidden, fields, confirm, wrong, "", "", goal);
        }
    }

    ServerResponse signIn(ServerRequest request, Look look) {
        return signInPage(request, look, 200, safeTarget(request.param("next").orElse("/")), "", "");
    }

    private ServerResponse signInPage(
            ServerRequest request, Look look, int status, String next, String account, String wrong) {
        DoorView view = signInView(look, next, account, wrong);
        SignInOptions options = desk.backend(request.servletRequest())
                .sessions()
                .getSignInOptions(GetSignInOptionsRequest.getDefaultInstance());
        return show(
                status,
                look,
                options.getProvider()
                        ? view.or(
                                "/sign-in/oidc?next=" + Links.encoded(next),
                                look.formats().text("sign-in.provider", options.getProviderName()))
                        : view);
    }

    /// Sends the browser to the identity provider, with what it has to bring back.
    ServerResponse goToProvider(ServerRequest request, Look look) {
        String next = safeTarget(request.param("next").orElse("/"));
        try {
            BeginProviderSignInResponse begun = desk.backend(request.servletRequest())
                    .sessions()
                    .beginProviderSignIn(BeginProviderSignInRequest.getDefaultInstance());
            return ServerResponse.status(303)
                    .header("Set-Cookie", desk.sessions().providerCookie(begun.getProof(), next, begun.getLifetime()))
                    .header("Location", begun.getAuthorizationUrl())
                    .build();
        } catch (StatusRuntimeException failure) {
            return providerFailed(request, look, next, ApiFailure.of(failure));
        }
    }

    /// The browser is back. The session's cookie is not sent with what another site leads to, so this page is one of
    /// ours first, which then goes on by itself.
    ServerResponse comeFromProvider(ServerRequest request, Look look) {
        BrowserSessions.AtProvider kept =
                desk.sessions().atProvider(request.servletRequest()).orElse(BrowserSessions.AtProvider.NOWHERE);
        String next = safeTarget(kept.next());
        Answered answered = new Answered();
        try {
            desk.backend(request.servletRequest())
                    .sessions()
                    .withInterceptors(answered.captured())
                    .finishProviderSignIn(FinishProviderSignInRequest.newBuilder()
                            // What was not kept or not sent is as wrong as anything else.
                            .setProof(orNone(kept.proof()))
                            .setState(orNone(request.param("state").orElse("")))
                            .setCode(orNone(request.param("code").orElse("")))
                            .setIssuer(request.param("iss").orElse(""))
                            .setBrowser(true)
                            .build());
            Formats formats = look.formats();
            DoorView view = new DoorView(
                            formats.text("sign-in.done"),
                            formats.text("sign-in.done.text"),
                            "",
                            Map.of(),
                            List.of(),
                            "",
                            "")
                    .goingTo(next);
            return answered.with(desk, Desk.page(200))
                    .header("Set-Cookie", desk.sessions().forgetProviderCookie())
                    .body(html(look, desk.frame(look, Session.getDefaultInstance(), "", ""), view));
        } catch (StatusRuntimeException failure) {
            return providerFailed(request, look, next, ApiFailure.of(failure));
        }
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "none" : text;
    }

    private ServerResponse providerFailed(ServerRequest request, Look look, String next, ApiFailure why) {
        return signInPage(request, look, why.httpStatus(), next, "", why.text(look.formats()));
    }

    /// The form needs no secret of ours: whoever sends it from elsewhere would have to know the password.
    ServerResponse enter(ServerRequest request, Look look) {
        String account = request.param("account").orElse("");
        String next = safeTarget(request.param("next").orElse("/"));
        Answered answered = new Answered();
        try {
            Session session = desk.backend(request.servletRequest())
                    .sessions()
                    .withInterceptors(answered.captured())
                    .signIn(SignInRequest.newBuilder()
                            .setAccount(account)
                            .setPassword(request.param("password").orElse(""))
                            .setBrowser(true)
                            .build());
            String goal = session.getPasswordChangeRequired() ? "/password" : next;
            return answered.with(desk, ServerResponse.status(303))
                    .header("Location", goal)
                    .build();
        } catch (StatusRuntimeException failure) {
            ApiFailure why = ApiFailure.of(failure);
            return signInPage(request, look, why.httpStatus(), next, account, why.text(look.formats()));
        }
    }

    private static DoorView signInView(Look look, String next, String account, String wrong) {
        Formats formats = look.formats();
        String shown = account.length() > ACCOUNT_LENGTH_MAX ? "" : account;
        return new DoorView(
                formats.text("sign-in"),
                formats.text("sign-in.text"),
                "/sign-in",
                Map.of("next", next),
                List.of(
                        DialogView.Field.line("account", formats.text("account"), "", true)
                                .valued(shown),
                        password("password", formats.text("password"), "")),
                formats.text("sign-in"),
                wrong);
    }

    private static DialogView.Field password(String name, String label, String help) {
        return new DialogView.Field(name, "password", label, help, "", List.of(), true);
    }

    /// Only to a page of ours.
    private static String safeTarget(String target) {
        boolean ours = target.startsWith("/")
                && !target.startsWith("//")
                && target.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '\\');
        return ours && !target.startsWith("/sign-in") ? target : "/";
    }

    ServerResponse leave(Visit visit) {
        Answered answered = new Answered();
        visit.backend().sessions().withInterceptors(answered.captured()).signOut(SignOutRequest.getDefaultInstance());
        return answered.with(desk, ServerResponse.status(303))
                .header("Location", "/sign-in")
                .build();
    }

    /// What comes with an answer of the API: a cookie to keep or to forget.
    private record Answered(AtomicReference<Metadata> headers, AtomicReference<Metadata> trailers) {

        Answered() {
            this(new AtomicReference<>(new Metadata()), new AtomicReference<>(new Metadata()));
        }

        ClientInterceptor captured() {
            return MetadataUtils.newCaptureMetadataInterceptor(headers, trailers);
        }

        ServerResponse.BodyBuilder with(Desk desk, ServerResponse.BodyBuilder answer) {
            Metadata all = new Metadata();
            for (AtomicReference<Metadata> part : List.of(headers, trailers)) {
                Metadata known = part.get();
                if (known != null) {
                    all.merge(known);
                }
            }
            desk.sessions().headersOf(all).forEach(answer::header);
            return answer;
        }
    }

    ServerResponse password(Visit visit) {
        return show(200, visit, passwordView(visit, ""));
    }

    ServerResponse changePassword(Visit visit) {
        try {
            if (!visit.parameter("new").equals(visit.parameter("again"))) {
                return show(400, visit, passwordView(visit, visit.text("password.differ")));
            }
            visit.backend()
                    .sessions()
                    .changePassword(ChangePasswordRequest.newBuilder()
                            .setCurrentPassword(visit.parameter("current"))
                            .setNewPassword(visit.parameter("new"))
                            .build());
            return ServerResponse.status(303).header("Location", "/").build();
        } catch (StatusRuntimeException failure) {
            ApiFailure why = ApiFailure.of(failure);
            return show(why.httpStatus(), visit, passwordView(visit, why.text(visit.formats())));
        }
    }

    private static DoorView passwordView(Visit visit, String wrong) {
        return new DoorView(
                visit.text("password.new"),
                visit.text("password.text"),
                "/password",
                Map.of(),
                List.of(
                        password("current", visit.text("password.current"), ""),
                        password("new", visit.text("password.new"), visit.text("password.help")),
                        password("again", visit.text("password.again"), "")),
                visit.text("password.change"),
                wrong);
    }

    ServerResponse language(ServerRequest request) {
        String to = request.param("to").orElse("").equals("zh") ? "zh" : "en";
        ResponseCookie cookie = ResponseCookie.from(Look.LANGUAGE, to)
                .httpOnly(true)
                .sameSite("Strict")
                .path("/")
                .maxAge(java.time.Duration.ofDays(365))
                .build();
        return ServerResponse.status(303)
                .header("Set-Cookie", cookie.toString())
                .header("Location", safeTarget(request.param("back").orElse("/")))
                .build();
    }

    /// Instead of a page: what went wrong.
    ServerResponse failed(Look look, ApiFailure failure) {
        Formats formats = look.formats();
        String title = switch (failure.httpStatus()) {
            case 403 -> formats.text("failed.denied");
            case 404 -> formats.text("failed.missing");
            case 400 -> formats.text("failed.wrong");
            default -> formats.text("failed.broken");
        };
        return show(
                failure.httpStatus(),
                look,
                new DoorView(title, failure.text(formats), "", Map.of(), List.of(), "", ""));
    }

    private ServerResponse show(int status, Look look, DoorView view) {
        Frame frame = desk.frame(look, Session.getDefaultInstance(), "", "");
        return show(status, look, frame, view);
    }

    private ServerResponse show(int status, Visit visit, DoorView view) {
        return show(status, visit.look(), visit.frame(""), view);
    }

    private ServerResponse show(int status, Look look, Frame frame, DoorView view) {
        return Desk.html(status, html(look, frame, view));
    }

    private String html(Look look, Frame frame, DoorView view) {
        Map<String, Object> model = new HashMap<>();
        model.put("view", view);
        return desk.rendering().page("door", look.formats(), frame, model);
    }
}
