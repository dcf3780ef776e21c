package io.ordersaga.coordinator.admin.page;

import java.util.List;

/// Commands to copy that do by hand what the page does, safe to paste into a shell whatever the gid is.
final class Commands {

    private Commands() {}

    static List<TransactionView.Shown> of(String gid, String origin) {
        String url = origin + "/api/v1/transactions/" + Links.encoded(gid);
        String token = " -H \"Authorization: Bearer $ORDERSAGA_TOKEN\" ";
        return List.of(
                new TransactionView.Shown("show", "curl -sS" + token + quoted(url)),
                new TransactionView.Shown(
                        "retry",
                        "curl -sS -X POST -H 'Content-Type: application/json' -d '{}'" + token
                                + quoted(url + ":retry")),
                new TransactionView.Shown(
                        "grpcurl",
                        "grpcurl -plaintext" + token + "-d " + quoted("{\"gid\":" + json(gid) + "}") + " "
                                + host(origin) + ":36790 saga.v1.TransactionService/GetTransaction"));
    }

    private static String host(String origin) {
        String rest = origin.substring(origin.indexOf("://") + 3);
        int port = rest.lastIndexOf(':');
        return port < 0 || rest.endsWith("]") ? rest : rest.substring(0, port);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static String json(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            if (point == '"' || point == '\\') {
                json.append('\\').appendCodePoint(point);
            } else if (point < 0x20) {
                json.append(String.format("\\u%04x", point));
            } else {
                json.appendCodePoint(point);
            }
        });
        return json.append('"').toString();
    }
}
