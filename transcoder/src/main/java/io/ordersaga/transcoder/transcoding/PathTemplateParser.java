package io.ordersaga.transcoder.transcoding;

import io.ordersaga.transcoder.transcoding.PathTemplate.AnyOne;
import io.ordersaga.transcoder.transcoding.PathTemplate.AnyRest;
import io.ordersaga.transcoder.transcoding.PathTemplate.Literal;
import io.ordersaga.transcoder.transcoding.PathTemplate.Segment;
import io.ordersaga.transcoder.transcoding.PathTemplate.Variable;
import java.util.ArrayList;
import java.util.List;

/// Recursive descent over the template grammar of `google/api/http.proto`:
///
/// ```
/// Template = "/" Segments [ Verb ] ;
/// Segments = Segment { "/" Segment } ;
/// Segment  = "*" | "**" | LITERAL | Variable ;
/// Variable = "{" FieldPath [ "=" Segments ] "}" ;
/// FieldPath = IDENT { "." IDENT } ;
/// Verb     = ":" LITERAL ;
/// ```
final class PathTemplateParser {
    private static final String END_OF_LITERAL = "/:{}*=";

    private final String text;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Variable> variables = new ArrayList<>();
    private int position;

    PathTemplateParser(String text) {
        this.text = text;
    }

    PathTemplate template() {
        expect('/');
        segments(true);
        String verb = "";
        if (accept(':')) {
            verb = literal();
        }
        if (position != text.length()) {
            throw broken("unexpected '" + text.charAt(position) + "'");
        }
        for (Segment segment : segments.subList(0, segments.size() - 1)) {
            if (segment instanceof AnyRest) {
                throw broken("** must be the last segment");
            }
        }
        return new PathTemplate(text, segments, variables, verb);
    }

    private void segments(boolean variablesAllowed) {
        do {
            segment(variablesAllowed);
        } while (accept('/'));
    }

    private void segment(boolean variablesAllowed) {
        if (accept('*')) {
            segments.add(accept('*') ? new AnyRest() : new AnyOne());
        } else if (accept('{')) {
            if (!variablesAllowed) {
                throw broken("a variable inside a variable");
            }
            variable();
        } else {
            segments.add(new Literal(literal()));
        }
    }

    private void variable() {
        List<String> fieldPath = new ArrayList<>();
        do {
            fieldPath.add(identifier());
        } while (accept('.'));
        int from = segments.size();
        if (accept('=')) {
            segments(false);
        } else {
            segments.add(new AnyOne());
        }
        expect('}');
        variables.add(new Variable(fieldPath, from, segments.size()));
    }

    private String identifier() {
        int start = position;
        while (position < text.length() && isIdentifierPart(text.charAt(position))) {
            position++;
        }
        if (start == position) {
            throw broken("a field name is missing");
        }
        return text.substring(start, position);
    }

    private static boolean isIdentifierPart(char character) {
        return character == '_' || (character < 128 && Character.isLetterOrDigit(character));
    }

    private String literal() {
        int start = position;
        while (position < text.length() && END_OF_LITERAL.indexOf(text.charAt(position)) < 0) {
            position++;
        }
        if (start == position) {
            throw broken("a literal is missing");
        }
        return PercentEncoding.decode(text.substring(start, position))
                .orElseThrow(() -> broken("broken percent-encoding"));
    }

    private boolean accept(char wanted) {
        boolean accepted = position < text.length() && text.charAt(position) == wanted;
        if (accepted) {
            position++;
        }
        return accepted;
    }

    private void expect(char wanted) {
        if (!accept(wanted)) {
            throw broken("'" + wanted + "' is missing");
        }
    }

    private IllegalArgumentException broken(String why) {
        return new IllegalArgumentException(
                "Path template \"" + text + "\": " + why + " at character " + (position + 1));
    }
}
