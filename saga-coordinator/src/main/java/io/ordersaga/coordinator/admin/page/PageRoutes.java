package io.ordersaga.coordinator.admin.page;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.v1.GetSessionRequest;
import io.ordersaga.saga.v1.Session;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/// Which address is which page, and what every request goes through: who asks, whether a change really comes from this
/// page, and what is shown when the API refuses.
public final class PageRoutes {

    private final Desk desk;
    private final DoorPages door;

    /// @param api the services of `saga.v1`, with all interceptors that callers from outside go through
    public PageRoutes(Channel api, PageSettings settings, InstantSource clock) {
        this.desk = Desk.of(api, settings, clock);
        this.door = new DoorPages(desk);
    }

    /// The page's addresses.
    public RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET("/assets/{digest}/{name}", this::asset)
                .GET("/sign-in", request -> door.signIn(request, look(request)))
                .POST("/sign-in", request -> fromHere(request) ? door.enter(request, look(request)) : foreign(request))
                .GET("/language", door::language)
                .GET("/password", page(door::password))
                .POST("/password", change(door::changePassword))
                .POST("/sign-out", change(door::leave))
                .GET("/", page(OverviewPage::show))
                .GET("/transactions", page(TransactionPages::list))
                .GET("/transactions/export", page(TransactionPages::export))
                .GET("/transaction", page(TransactionPages::show))
                .GET("/transaction/operation", page(OperationPages::ask))
                .POST("/transaction/operation", dialog(OperationPages::answer, OperationPages::question))
                .GET("/attention", page(AttentionPage::list))
                .GET("/operations", page(BatchPages::list))
                .GET("/operations/new", page(NewBatchPage::show))
                .POST("/operations/preview", change(NewBatchPage::preview))
                .POST("/operations", change(NewBatchPage::create))
                .GET("/operation", page(BatchPages::show))
                .GET("/operation/change", page(visit -> visit.dialog(BatchPages.question(visit))))
                .POST("/operation/change", dialog(BatchPages::change, BatchPages::question))
                .GET("/targets", page(TargetPages::list))
                .GET("/targets/change", page(visit -> visit.dialog(TargetPages.question(visit))))
                .POST("/targets/change", dialog(TargetPages::change, TargetPages::question))
                .GET("/nodes", page(NodePages::list))
                .GET("/nodes/change", page(visit -> visit.dialog(NodePages.question(visit))))
                .POST("/nodes/change", dialog(NodePages::change, NodePages::question))
                .GET("/audit", page(AuditPage::list))
                .GET("/audit/verify", page(AuditPage::verify))
                .GET("/audit/export", page(AuditPage::export))
                .GET("/settings", page(SettingsPages::show))
                .GET("/settings/change", page(visit -> visit.dialog(SettingChanges.question(visit))))
                .POST("/settings/change", dialog(SettingChanges::change, SettingChanges::question))
                .build();
    }

    private ServerResponse asset(ServerRequest request) {
        return desk.assets()
                .find(request.pathVariable("name"))
                .map(asset -> ServerResponse.ok()
                        .contentType(MediaType.parseMediaType(asset.type()))
                        .cacheControl(CacheControl.maxAge(Duration.ofDays(365)).immutable())
                        .header("X-Content-Type-Options", "nosniff")
                        .body(asset.bytes()))
                .orElseGet(() -> ServerResponse.notFound().build());
    }

    private Look look(ServerRequest request) {
        return Look.of(request, desk.texts(), desk.clock().instant());
    }

    private org.springframework.web.servlet.function.HandlerFunction<ServerResponse> page(
            Function<Visit, ServerResponse> answer) {
        return request -> {
            Look look = look(request);
            try {
                Visit visit = visit(request, look);
                // Nothing else is taken from who has to choose a password first.
                return visit.session().getPasswordChangeRequired()
                                && !request.path().equals("/password")
                                && !request.path().equals("/sign-out")
                        ? visit.goTo("/password")
                        : answer.apply(visit);
            } catch (StatusRuntimeException failure) {
                return refused(request, look, ApiFailure.of(failure));
            }
        };
    }

    private org.springframework.web.servlet.function.HandlerFunction<ServerResponse> change(
            Function<Visit, ServerResponse> answer) {
        return page(visit -> isMeant(visit) ? answer.apply(visit) : foreign(visit.request()));
    }

    /// A change that a dialog asked for: refused, the dialog says why and asks again.
    private org.springframework.web.servlet.function.HandlerFunction<ServerResponse> dialog(
            Function<Visit, ServerResponse> answer, Function<Visit, DialogView> question) {
        return change(visit -> {
            try {
                return answer.apply(visit);
            } catch (StatusRuntimeException failure) {
                ApiFailure why = ApiFailure.of(failure);
                if (why.code() == Status.Code.UNAUTHENTICATED) {
                    throw failure;
                }
                Map<String, String> answered = new HashMap<>();
                visit.request().params().toSingleValueMap().forEach(answered::put);
                return visit.dialog(why.httpStatus(), question.apply(visit).refused(why.text(), answered));
            }
        });
    }

    private Visit visit(ServerRequest request, Look look) {
        Optional<String> token = Look.cookie(request, DoorPages.COOKIE).filter(PageRoutes::isToken);
        Backend backend = desk.backend(token);
        Session session = backend.sessions().getSession(GetSessionRequest.getDefaultInstance());
        return new Visit(desk, request, look, session, backend, token.orElse(""));
    }

    /// Anything else could not be a header.
    private static boolean isToken(String text) {
        return !text.isEmpty() && text.length() <= 512 && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }

    /// The cookie is sent by every form that names this address; the proof of the session is only on our pages.
    private static boolean isMeant(Visit visit) {
        String proof = visit.request()
                .headers()
                .header("X-CSRF-Token")
                .stream()
                .findFirst()
                .orElseGet(() -> visit.parameter("csrf"));
        return fromHere(visit.request()) && proof.equals(Desk.csrf(visit.token()));
    }

    /// As far as the browser says it; all of today do.
    private static boolean fromHere(ServerRequest request) {
        Optional<String> site = request.headers().header("Sec-Fetch-Site").stream().findFirst();
        Optional<String> origin = request.headers().header("Origin").stream().findFirst();
        boolean sameSite = site.map(one -> one.equals("same-origin") || one.equals("none")).orElse(true);
        boolean sameOrigin = origin.map(one -> one.endsWith("://" + request.uri().getAuthority()))
                .orElse(true);
        return sameSite && sameOrigin;
    }

    private ServerResponse foreign(ServerRequest request) {
        Look look = look(request);
        return door.failed(
                look,
                new ApiFailure(
                        Status.Code.PERMISSION_DENIED, "CSRF", look.formats().text("failed.foreign")));
    }

    private ServerResponse refused(ServerRequest request, Look look, ApiFailure failure) {
        boolean part = request.headers().header("HX-Request").contains("true");
        if (failure.code() == Status.Code.UNAUTHENTICATED) {
            String next = part || !request.method().name().equals("GET") ? "/" : look.path();
            String href = "/sign-in?next=" + Links.encoded(next);
            return part
                    ? Desk.headers(ServerResponse.ok()).header("HX-Redirect", href).build()
                    : Desk.headers(ServerResponse.seeOther(URI.create(href))).build();
        }
        if (!part) {
            return door.failed(look, failure);
        }
        String html = desk.rendering()
                .part(
                        "parts",
                        "refused(text=${text})",
                        look.formats(),
                        desk.frame(look, Session.getDefaultInstance(), "", ""),
                        Map.of("text", failure.text()));
        return Desk.part(failure.httpStatus())
                .header("HX-Retarget", "#toasts")
                .header("HX-Reswap", "innerHTML")
                .body(html);
    }
}
