package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.Role;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What stands around every page: who looks at it, how, and where else to go.
///
/// @param theme `light` or `dark`; null when the viewer's system decides
/// @param assets address of the folder of styles and scripts
/// @param headers that htmx adds to each request, as JSON
/// @param csrf what a form has to send along; empty when nobody signed in
/// @param signedIn whether there is a session to end
record Frame(
        String lang,
        String otherLang,
        String languageHref,
        String zone,
        @Nullable String theme,
        String assets,
        String headers,
        String csrf,
        String user,
        Role viewer,
        boolean signedIn,
        List<List<Link>> links) {

    /// @param name of the icon, and of the text `nav.<name>`
    /// @param badge how many wait there; empty when none
    record Link(String name, String href, boolean current, String badge) {}

    public String role() {
        return viewer.name().toLowerCase(Locale.ROOT);
    }

    public String initials() {
        return user.isEmpty() ? "?" : user.substring(0, user.offsetByCodePoints(0, 1));
    }

    public boolean mayOperate() {
        return viewer.getNumber() >= Role.OPERATOR_VALUE;
    }

    public boolean mayAdminister() {
        return viewer.getNumber() >= Role.ADMIN_VALUE;
    }

    static List<List<Link>> links(String current, String attention) {
        return List.of(
                List.of(
                        link("overview", "/", current, ""),
                        link("transactions", "/transactions", current, ""),
                        link("attention", "/attention", current, attention),
                        link("operations", "/operations", current, "")),
                List.of(
                        link("targets", "/targets", current, ""),
                        link("nodes", "/nodes", current, ""),
                        link("audit", "/audit", current, ""),
                        link("settings", "/settings", current, "")));
    }

    private static Link link(String name, String href, String current, String badge) {
        return new Link(name, href, name.equals(current), badge);
    }
}
