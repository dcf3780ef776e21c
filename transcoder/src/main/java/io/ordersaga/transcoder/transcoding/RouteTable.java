package io.ordersaga.transcoder.transcoding;

import io.ordersaga.transcoder.transcoding.PathTemplate.AnyOne;
import io.ordersaga.transcoder.transcoding.PathTemplate.AnyRest;
import io.ordersaga.transcoder.transcoding.PathTemplate.Literal;
import io.ordersaga.transcoder.transcoding.PathTemplate.Segment;
import io.ordersaga.transcoder.transcoding.PathTemplate.Variable;
import io.ordersaga.transcoder.transcoding.RouteMatch.BrokenPath;
import io.ordersaga.transcoder.transcoding.RouteMatch.Found;
import io.ordersaga.transcoder.transcoding.RouteMatch.UnknownPath;
import io.ordersaga.transcoder.transcoding.RouteMatch.WrongMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// All routes, as a tree over path segments. At each segment a literal wins over `*`, and `*` over `**`; a path whose
/// last segment ends with a known custom verb (`:cancel`) is that verb's and never somebody's id. Immutable once built.
public final class RouteTable {
    /// A custom rule of this kind leaves the method open.
    private static final String ANY_METHOD = "*";

    private final List<Route> routes;
    private final Node root = new Node();

    /// Fails when two routes would answer the same method and path.
    public RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        this.routes.forEach(this::add);
    }

    /// Every route, in the order of declaration.
    public List<Route> routes() {
        return routes;
    }

    /// Finds the route of a request.
    ///
    /// @param rawPath as it came, still percent-encoded and without the query
    public RouteMatch match(String httpMethod, String rawPath) {
        if (!rawPath.startsWith("/")) {
            return new UnknownPath();
        }
        List<String> segments = List.of(rawPath.substring(1).split("/", -1));
        String last = segments.getLast();
        int colon = last.lastIndexOf(':');
        if (colon >= 0) {
            List<String> withoutVerb = new ArrayList<>(segments);
            withoutVerb.set(segments.size() - 1, last.substring(0, colon));
            RouteMatch match = match(httpMethod, withoutVerb, last.substring(colon + 1));
            if (!(match instanceof UnknownPath)) {
                return match;
            }
        }
        return match(httpMethod, segments, "");
    }

    private RouteMatch match(String httpMethod, List<String> rawSegments, String verb) {
        List<String> segments = new ArrayList<>();
        for (String raw : rawSegments) {
            Optional<String> decoded = PercentEncoding.decode(raw);
            if (decoded.isEmpty()) {
                return new BrokenPath();
            }
            segments.add(decoded.get());
        }
        List<Map<String, Route>> ends = new ArrayList<>();
        root.collect(segments, 0, verb, ends);
        TreeSet<String> allowed = new TreeSet<>();
        for (Map<String, Route> end : ends) {
            Route route = end.get(httpMethod);
            if (route == null) {
                route = end.get(understoodAs(httpMethod));
            }
            if (route != null) {
                return new Found(route, variables(route.template(), rawSegments));
            }
            allowed.addAll(end.keySet());
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        if (allowed.contains("PATCH")) {
            allowed.add("PUT");
        }
        return allowed.isEmpty() ? new UnknownPath() : new WrongMethod(allowed);
    }

    /// The method whose route answers one that has no route of its own. Who knows PUT only may change with it what
    /// PATCH
    /// changes: the fields that are sent.
    private static String understoodAs(String httpMethod) {
        return switch (httpMethod) {
            case "HEAD" -> "GET";
            case "PUT" -> "PATCH";
            default -> ANY_METHOD;
        };
    }

    private static Map<Variable, String> variables(PathTemplate template, List<String> rawSegments) {
        Map<Variable, String> variables = new LinkedHashMap<>();
        for (Variable variable : template.variables()) {
            boolean toEnd = template.segments().get(variable.to() - 1) instanceof AnyRest;
            List<String> raw = rawSegments.subList(variable.from(), toEnd ? rawSegments.size() : variable.to());
            // Decodable: every segment was decoded once to get here.
            String value = template.spansSeveral(variable)
                    ? PercentEncoding.decodeExceptSlash(String.join("/", raw)).orElseThrow()
                    : PercentEncoding.decode(raw.getFirst()).orElseThrow();
            variables.put(variable, value);
        }
        return variables;
    }

    private void add(Route route) {
        Node node = root;
        for (Segment segment : route.template().segments()) {
            node = node.child(segment);
        }
        Route other = node.ends
                .computeIfAbsent(route.template().verb(), verb -> new TreeMap<>())
                .putIfAbsent(route.httpMethod(), route);
        if (other != null) {
            throw new IllegalArgumentException("Two routes for the same requests: " + other + " and " + route);
        }
    }

    /// A position in the tree; `ends` holds, by verb and method, the routes whose template ends here.
    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private final Map<String, Map<String, Route>> ends = new HashMap<>();
        private @Nullable Node anyOne;
        private @Nullable Node anyRest;

        Node child(Segment segment) {
            return switch (segment) {
                case Literal literal -> literals.computeIfAbsent(literal.text(), text -> new Node());
                case AnyOne() -> {
                    if (anyOne == null) {
                        anyOne = new Node();
                    }
                    yield anyOne;
                }
                case AnyRest() -> {
                    if (anyRest == null) {
                        anyRest = new Node();
                    }
                    yield anyRest;
                }
            };
        }

        /// Collects what the path may end at, best first. Each node is visited at most once per path.
        void collect(List<String> segments, int depth, String verb, List<Map<String, Route>> found) {
            if (depth == segments.size()) {
                Map<String, Route> end = ends.get(verb);
                if (end != null) {
                    found.add(end);
                }
            } else {
                String segment = segments.get(depth);
                Node literal = literals.get(segment);
                if (literal != null) {
                    literal.collect(segments, depth + 1, verb, found);
                }
                if (anyOne != null && !segment.isEmpty()) {
                    anyOne.collect(segments, depth + 1, verb, found);
                }
            }
            if (anyRest != null) {
                anyRest.collect(segments, segments.size(), verb, found);
            }
        }
    }
}
