package io.ordersaga.coordinator.admin.page;

import io.grpc.Channel;
import io.ordersaga.coordinator.admin.access.BrowserSessions;
import io.ordersaga.saga.v1.GetSessionRequest;
import io.ordersaga.saga.v1.Session;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/// What all pages share.
///
/// @param api the services of `saga.v1`, with their interceptors
/// @param sessions makes what calls show of what requests bring
/// @param snapshots what open pages were told
/// @param counts what open lists were told about how many there are
/// @param viewers who looks at open pages
record Desk(
        Channel api,
        BrowserSessions sessions,
        PageSettings settings,
        InstantSource clock,
        Texts texts,
        Rendering rendering,
        Assets assets,
        LiveSnapshots snapshots,
        LiveSnapshots counts,
        LiveSnapshots viewers) {

    /// Everybody may be looked at as often as they are due: there are no more than sessions.
    private static final double UNBOUNDED = 1_000_000;

    private static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);

    static Desk of(Channel api, BrowserSessions sessions, PageSettings settings, InstantSource clock) {
        Texts texts = new Texts();
        int most = settings.snapshotsMax();
        return new Desk(
                api,
                sessions,
                settings,
                clock,
                texts,
                new Rendering(texts),
                new Assets(),
                new LiveSnapshots(clock, settings.freshness(), settings.loadsPerSecond(), most),
                new LiveSnapshots(clock, settings.countFreshness(), settings.loadsPerSecond(), most),
                new LiveSnapshots(clock, settings.sessionRecheck(), UNBOUNDED, most));
    }

    Backend backend(HttpServletRequest request) {
        return Backend.of(api, settings, sessions.credentials(request));
    }

    /// Whose request it is. An open page that asks by itself is believed for a while.
    Session session(ServerRequest request, Backend backend) {
        Supplier<Session> ask = () -> backend.sessions().getSession(GetSessionRequest.getDefaultInstance());
        if (!Visit.isLive(request)) {
            return ask.get();
        }
        String shown = sessions.tokenOf(request.servletRequest()).orElse("");
        return viewers.get(Session.class, digest(shown), ask);
    }

    Frame frame(Look look, Session session, String section, String attention) {
        String csrf = session.getCsrfToken();
        String other = look.language().equals(Texts.CHINESE) ? "en" : "zh";
        return new Frame(
                look.language().getLanguage(),
                other,
                "/language?to=" + other + "&back=" + Links.encoded(look.path()),
                look.formats().zone().getId(),
                look.theme(),
                assets.folder(),
                "{\"" + BrowserSessions.CSRF_HEADER + "\":\"" + csrf + "\"}",
                csrf,
                session.getDisplayName().isEmpty() ? session.getName() : session.getDisplayName(),
                session.getRole(),
                session.getKind() == Session.Kind.PERSON,
                Frame.links(section, attention));
    }

    static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    static ServerResponse html(int status, String html) {
        return page(status).body(html);
    }

    static ServerResponse.BodyBuilder page(int status) {
        return ServerResponse.status(status).contentType(HTML);
    }

    /// To be put into a page that is there.
    static ServerResponse.BodyBuilder part(int status) {
        return ServerResponse.status(status).contentType(HTML).header(Visit.PART, "true");
    }
}
