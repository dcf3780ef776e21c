package io.ordersaga.coordinator.admin.page;

import io.grpc.Channel;
import io.ordersaga.saga.v1.Session;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerResponse;

/// What all pages share.
///
/// @param api the services of `saga.v1`, with their interceptors
record Desk(
        Channel api,
        PageSettings settings,
        InstantSource clock,
        Texts texts,
        Rendering rendering,
        Assets assets,
        LiveSnapshots snapshots) {

    private static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);

    /// Nothing inline, nothing from elsewhere, in nobody's frame.
    private static final String POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    static Desk of(Channel api, PageSettings settings, InstantSource clock) {
        Texts texts = new Texts();
        LiveSnapshots snapshots = new LiveSnapshots(
                clock, settings.freshness(), settings.loadsPerSecond(), settings.snapshotsMax());
        return new Desk(api, settings, clock, texts, new Rendering(texts), new Assets(), snapshots);
    }

    Backend backend(Optional<String> token) {
        return Backend.of(api, settings.deadline(), token);
    }

    Frame frame(Look look, Session session, String token, String section) {
        String csrf = csrf(token);
        String other = look.language().equals(Texts.CHINESE) ? "en" : "zh";
        return new Frame(
                look.language().getLanguage(),
                other,
                "/language?to=" + other + "&back=" + Links.encoded(look.path()),
                look.formats().zone().getId(),
                look.theme(),
                assets.folder(),
                "{\"X-CSRF-Token\":\"" + csrf + "\"}",
                csrf,
                session.getName(),
                session.getRole(),
                !token.isEmpty(),
                Frame.links(section, ""));
    }

    /// Made of the session's secret, which no other site knows, and of no use to find it out.
    static String csrf(String token) {
        return token.isEmpty() ? "" : digest("csrf " + token);
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
        return headers(ServerResponse.status(status)).contentType(HTML).body(html);
    }

    /// To be put into a page that is there.
    static ServerResponse.BodyBuilder part(int status) {
        return headers(ServerResponse.status(status)).contentType(HTML).header(Visit.PART, "true");
    }

    static ServerResponse.BodyBuilder headers(ServerResponse.BodyBuilder answer) {
        return headers((ServerResponse.HeadersBuilder<?>) answer, answer);
    }

    static ServerResponse.HeadersBuilder<?> headers(ServerResponse.HeadersBuilder<?> answer) {
        return headers(answer, answer);
    }

    private static <B> B headers(ServerResponse.HeadersBuilder<?> answer, B same) {
        answer.header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY")
                .header("Referrer-Policy", "same-origin")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
                .header("Cache-Control", "no-store");
        return same;
    }
}
