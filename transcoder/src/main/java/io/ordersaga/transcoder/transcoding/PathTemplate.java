package io.ordersaga.transcoder.transcoding;

import java.util.List;

/// The path of an HTTP rule, such as `/v1/{name=shelves/*}/books:export`.
///
/// @param text as it is written in the rule
/// @param verb custom verb without its colon; empty is none
public record PathTemplate(String text, List<Segment> segments, List<Variable> variables, String verb) {
    /// What one position of the path may hold.
    public sealed interface Segment {}

    /// Exactly this text, after percent-decoding.
    public record Literal(String text) implements Segment {}

    /// `*`: one segment that is not empty.
    public record AnyOne() implements Segment {}

    /// `**`: all that follow, also none. Always the last.
    public record AnyRest() implements Segment {}

    /// The request field that takes the segments `from` (inclusive) to `to` (exclusive).
    public record Variable(List<String> fieldPath, int from, int to) {
        public Variable {
            fieldPath = List.copyOf(fieldPath);
        }

        public String name() {
            return String.join(".", fieldPath);
        }
    }

    public PathTemplate {
        segments = List.copyOf(segments);
        variables = List.copyOf(variables);
    }

    /// Parses the grammar in `google/api/http.proto`; an [IllegalArgumentException] says what is wrong where.
    public static PathTemplate parse(String text) {
        return new PathTemplateParser(text).template();
    }

    /// Whether a variable takes more than one segment, so that an encoded slash in it stays encoded.
    boolean spansSeveral(Variable variable) {
        return variable.to() - variable.from() != 1 || segments.get(variable.from()) instanceof AnyRest;
    }
}
