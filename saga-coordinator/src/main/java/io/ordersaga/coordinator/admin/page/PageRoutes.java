package io.ordersaga.coordinator.admin.page;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.coordinator.admin.access.BrowserSessions;
import io.ordersaga.coordinator.admin.access.oidc.OidcSettings;
import io.ordersaga.saga.v1.Session;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/// Which address is which page, and what every request goes through: who asks, and what is shown when the API refuses.
/// Whether a change really comes from one of these pages was looked at before, by `BrowserGuard`.
public final class PageRoutes {

    private static final String ASSETS = "public, max-age=31536000, immutable";

    private final Desk desk;
    private final DoorPages door;

    /// @param api the services of `saga.v1`, with all interceptors that callers from outside go through
    /// @param sessions makes what calls show of what requests bring
    public PageRoutes(Channel api, BrowserSessions sessions, PageSettings settings, InstantSource clock) {
        this.desk = Desk.of(api, sessions, settings, clock);
        this.door = new DoorPages(desk);
    }

    /// The page's addresses.
    public RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET("/assets/{digest}/{name}", this::asset)
                .GET("/sign-in", request -> door.signIn(request, look(request)))
                .POST("/sign-in", request -> door.enter(request, look(request)))
                .GET("/sign-in/oidc", request -> door.goToProvider(request, look(request)))
                .GET(OidcSettings.CALLBACK, request -> door.comeFromProvider(request, look(request)))
                .GET("/language", door::language)
                .GET("/password", page(door::password))
                .POST("/password", page(door::changePassword))
                .POST("/sign-out", page(door::leave))
                .GET("/", page(OverviewPage::show))
                .GET("/transactions", page(TransactionPages::list))
                .POST("/transactions/views", page(ViewPages::save))
                .POST("/transactions/views/delete", page(ViewPages::delete))
                .POST("/transactions/columns", page(ViewPages::columns))
                .GET("/transactions/export", page(TransactionPages::export))
                .GET("/transaction", page(TransactionPages::show))
                .GET("/transaction/operation", page(OperationPages::ask))
                .POST("/transaction/operation", dialog(OperationPages::answer, OperationPages::question))
                .GET("/attention", page(AttentionPage::list))
                .GET("/operations", page(BatchPages::list))
                .GET("/operations/new", page(NewBatchPage::show))
                .POST("/operations/preview", page(NewBatchPage::preview))
                .POST("/operations", page(NewBatchPage::create))
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
                .POST("/audit/verify", page(AuditPage::verify))
                .GET("/audit/export", page(AuditPage::export))
                .GET("/settings", page(SettingsPages::show))
                .GET("/settings/change", page(visit -> visit.dialog(SettingChanges.question(visit))))
                .POST("/settings/change", dialog(SettingChanges::change, SettingChanges::question))
                .build();
    }

    private ServerResponse asset(ServerRequest request) {
        return desk.assets()
                .find(request.pathVariable("name"))
                .map(PageRoutes::kept)
                .orElseGet(() -> ServerResponse.notFound().build());
    }

    /// Set and not added: the guard before us says of every answer that nobody may keep it.
    private static ServerResponse kept(Assets.Asset asset) {
        return ServerResponse.ok().build((request, response) -> {
            response.setContentType(asset.type());
            response.setContentLength(asset.bytes().length);
            response.setHeader(HttpHeaders.CACHE_CONTROL, ASSETS);
            response.getOutputStream().write(asset.bytes());
            return null;
        });
    }

    private Look look(ServerRequest request) {
        return Look.of(request, desk.texts(), desk.clock().instant());
    }

    private HandlerFunction<ServerResponse> page(Function<Visit, ServerResponse> answer) {
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

    /// A change that a dialog asked for: refused, the dialog says why and asks again.
    private HandlerFunction<ServerResponse> dialog(
            Function<Visit, ServerResponse> answer, Function<Visit, DialogView> question) {
        return page(visit -> {
            try {
                return answer.apply(visit);
            } catch (StatusRuntimeException failure) {
                ApiFailure why = ApiFailure.of(failure);
                if (why.code() == Status.Code.UNAUTHENTICATED) {
                    throw failure;
                }
                Map<String, String> answered = new HashMap<>();
                visit.request().params().toSingleValueMap().forEach(answered::put);
                return visit.dialog(
                        why.httpStatus(), question.apply(visit).refused(why.text(visit.formats()), answered));
            }
        });
    }

    private Visit visit(ServerRequest request, Look look) {
        Backend backend = desk.backend(request.servletRequest());
        return new Visit(desk, request, look, desk.session(request, backend), backend);
    }

    private ServerResponse refused(ServerRequest request, Look look, ApiFailure failure) {
        boolean part = request.headers().header("HX-Request").contains("true");
        if (failure.code() == Status.Code.UNAUTHENTICATED) {
            String next = part || !request.method().name().equals("GET") ? "/" : look.path();
            String href = "/sign-in?next=" + Links.encoded(next);
            return part
                    ? ServerResponse.ok().header("HX-Redirect", href).build()
                    : ServerResponse.seeOther(URI.create(href)).build();
        }
        if (!part) {
            return door.failed(look, failure);
        }
        String html = desk.rendering()
                .part(
                        "parts",
                        "refused",
                        look.formats(),
                        desk.frame(look, Session.getDefaultInstance(), "", ""),
                        Map.of("text", failure.text(look.formats())));
        return Desk.part(failure.httpStatus())
                .header("HX-Retarget", "#toasts")
                .header("HX-Reswap", "innerHTML")
                .body(html);
    }
}
