package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.Overview;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.Session;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/// One request of one viewer, and the ways to answer it.
///
/// @param look language, zone and theme
/// @param session who the viewer is
record Visit(Desk desk, ServerRequest request, Look look, Session session, Backend backend) {

    /// Live regions send along what they show, so that nothing is sent that is there already.
    private static final String VERSION = "X-Page-Version";

    /// Says that an answer is a part of a page, also when it is a refusal.
    static final String PART = "X-Page-Part";

    Formats formats() {
        return look.formats();
    }

    Role role() {
        return session.getReadOnly() && session.getRole() != Role.ROLE_UNSPECIFIED ? Role.VIEWER : session.getRole();
    }

    String parameter(String name) {
        return request.param(name).orElse("");
    }

    String text(String key, Object... arguments) {
        return arguments.length == 0 ? formats().text(key) : formats().text(key, arguments);
    }

    /// The answer to a question that open pages ask again and again. Who comes anew gets the answer of now.
    <T> T shared(Class<T> type, Object question, Supplier<T> load) {
        return shared(type, question, desk.settings().freshness(), load);
    }

    /// The same, when it may be of another age than usual.
    <T> T shared(Class<T> type, Object question, Duration fresh, Supplier<T> load) {
        Object key = List.of(role(), question);
        return isLive()
                ? desk.snapshots().get(type, key, fresh, load)
                : desk.snapshots().renew(key, load);
    }

    boolean isLive() {
        return isLive(request);
    }

    static boolean isLive(ServerRequest request) {
        return request.param("part").orElse("").equals("live");
    }

    /// A page, or its live region when that is what is asked for.
    ServerResponse page(String template, String section, Object view) {
        Map<String, Object> model = new HashMap<>();
        model.put("view", view);
        String version = Desk.digest(view.toString() + look.language() + role());
        model.put("version", version);
        if (!isLive()) {
            return Desk.html(200, desk.rendering().page(template, formats(), frame(section), model));
        }
        if (request.headers().header(VERSION).contains(version)) {
            return ServerResponse.noContent().build();
        }
        return Desk.html(200, desk.rendering().part(template, "live", formats(), frame(section), model));
    }

    ServerResponse sheet(SheetView view) {
        return page("sheet", view.section(), view);
    }

    ServerResponse dialog(DialogView view) {
        return dialog(200, view);
    }

    ServerResponse dialog(int status, DialogView view) {
        String html = desk.rendering().part("dialog", "dialog", formats(), frame(""), Map.of("view", view));
        return Desk.part(status).body(html);
    }

    /// What was asked for is done: the dialog goes away, and everybody looks anew.
    ServerResponse done(String text) {
        desk.snapshots().forget();
        String html = desk.rendering().part("parts", "done", formats(), frame(""), Map.of("text", text));
        return Desk.part(200)
                .header("HX-Retarget", "#toasts")
                .header("HX-Reswap", "innerHTML")
                .header("HX-Trigger", "refresh")
                .body(html);
    }

    /// On to another page.
    ServerResponse goTo(String href) {
        desk.snapshots().forget();
        return back(href);
    }

    /// To a page where nobody else sees anything new.
    ServerResponse back(String href) {
        return isPart()
                ? ServerResponse.ok().header("HX-Redirect", href).build()
                : ServerResponse.status(303).header("Location", href).build();
    }

    /// Whether the answer is put into a page that is there.
    boolean isPart() {
        return request.headers().header("HX-Request").contains("true");
    }

    ServerResponse file(String name, String type, String content) {
        return file(name, type, file -> file.write(content));
    }

    /// A file that is sent while it is written.
    ServerResponse file(String name, String type, Content content) {
        return ServerResponse.ok()
                .header("Content-Disposition", "attachment; filename=\"" + name + "\"")
                .build((_, response) -> {
                    response.setContentType(type);
                    Writer file = new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8);
                    content.writeTo(file);
                    file.flush();
                    return null;
                });
    }

    /// What is in a file.
    @FunctionalInterface
    interface Content {
        void writeTo(Writer file) throws IOException;
    }

    Frame frame(String section) {
        return desk.frame(look, session, section, attention());
    }

    /// How many are parked, as far as anybody looked lately: a page is not slower for it.
    private String attention() {
        return desk.snapshots()
                .known(Overview.class, List.of(role(), OverviewPage.QUESTION))
                .map(overview -> overview.getParked())
                .filter(parked -> parked.getValue() > 0)
                .map(parked -> formats().compact(parked))
                .orElse("");
    }
}
