package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads query parameters into the fields that neither path nor body binds: `a.b=1&ids=1&ids=2`. A parameter that is no
/// such field is refused by name, since a misspelt filter must not look like no filter.
final class QueryReader {
    private final Route route;
    private final Message.Builder target;
    private final Violations violations;
    private final List<FieldPath> bound;
    private final Set<FieldPath> seen = new HashSet<>();

    QueryReader(Route route, Message.Builder target, Violations violations) {
        this.route = route;
        this.target = target;
        this.violations = violations;
        this.bound = RequestReader.boundFields(route);
    }

    void read(@Nullable String rawQuery) {
        if (rawQuery == null || rawQuery.isEmpty()) {
            return;
        }
        for (String parameter : rawQuery.split("&", -1)) {
            if (parameter.isEmpty()) {
                continue;
            }
            int equals = parameter.indexOf('=');
            Optional<String> name =
                    PercentEncoding.decodeQuery(equals < 0 ? parameter : parameter.substring(0, equals));
            Optional<String> value = PercentEncoding.decodeQuery(equals < 0 ? "" : parameter.substring(equals + 1));
            if (name.isEmpty() || value.isEmpty()) {
                violations.addMalformed("the percent-encoding of the query is broken");
                return;
            }
            read(name.get(), value.get());
        }
    }

    private void read(String name, String value) {
        String shownName = Location.ROOT.field(name).toString();
        if (route.body() instanceof Route.WholeBody) {
            violations.add(shownName, "unknown query parameter; here all fields come with the body");
            return;
        }
        Optional<FieldPath> path = FieldPath.resolve(target.getDescriptorForType(), List.of(name.split("\\.", -1)));
        if (path.isEmpty() || bound.stream().anyMatch(path.get()::isWithin)) {
            violations.add(shownName, "unknown query parameter");
            return;
        }
        try {
            set(path.get(), value);
        } catch (BadValueException e) {
            violations.add(path.get().jsonName(), e.description());
        }
    }

    private void set(FieldPath path, String value) throws BadValueException {
        FieldDescriptor leaf = path.leaf();
        if (!Values.hasTextForm(leaf)) {
            throw new BadValueException("cannot be a query parameter; name a field inside it");
        }
        Message.Builder container = path.container(target);
        if (leaf.isRepeated()) {
            container.addRepeatedField(leaf, Values.fromText(leaf, value));
        } else if (seen.add(path)) {
            container.setField(leaf, Values.fromText(leaf, value));
        } else {
            throw new BadValueException("given twice");
        }
    }
}
