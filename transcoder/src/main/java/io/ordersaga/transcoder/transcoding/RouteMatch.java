package io.ordersaga.transcoder.transcoding;

import java.util.Map;
import java.util.SortedSet;

/// What the route table says about a method and a path.
public sealed interface RouteMatch {
    /// There is a route.
    ///
    /// @param variables what the path holds for each variable of the template, decoded
    record Found(Route route, Map<PathTemplate.Variable, String> variables) implements RouteMatch {}

    /// The path is known, but not with this method.
    record WrongMethod(SortedSet<String> allowed) implements RouteMatch {}

    /// No route has this path.
    record UnknownPath() implements RouteMatch {}

    /// The path is no text: its percent-encoding is broken or not UTF-8.
    record BrokenPath() implements RouteMatch {}
}
