package io.ordersaga.coordinator.admin.page;

/// What a branch's address is called where there is little room.
///
/// @param name the last part of its path, such as the method
/// @param service what stands before it: the service, or host and port
record BranchName(String name, String service) {

    static BranchName of(String url) {
        int scheme = url.indexOf("://");
        String rest = scheme < 0 ? url : url.substring(scheme + 3);
        int query = rest.indexOf('?');
        String path = query < 0 ? rest : rest.substring(0, query);
        String[] parts = (path.endsWith("/") ? path.substring(0, path.length() - 1) : path).split("/", -1);
        if (parts.length < 2) {
            return new BranchName(path, "");
        }
        String last = parts[parts.length - 1];
        String before = parts[parts.length - 2];
        boolean grpc = parts.length == 3 && before.indexOf('.') >= 0;
        return new BranchName(last, grpc ? before.substring(before.lastIndexOf('.') + 1) : parts[0]);
    }

    /// As one text: `Stock.Reserve`.
    String both() {
        return service.isEmpty() ? name : shortService() + "." + name;
    }

    /// A service of branches is called what its business is.
    private String shortService() {
        String suffix = "Branches";
        return service.length() > suffix.length() && service.endsWith(suffix)
                ? service.substring(0, service.length() - suffix.length())
                : service;
    }

    /// Cut in the middle of nowhere rather than over an edge.
    static String cut(String text, int length) {
        return text.codePointCount(0, text.length()) <= length
                ? text
                : text.substring(0, text.offsetByCodePoints(0, length - 1)) + "…";
    }
}
