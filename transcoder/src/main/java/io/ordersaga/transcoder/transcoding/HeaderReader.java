package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the headers that are fields of the request message, see [KnownFields].
final class HeaderReader {
    static final String IF_MATCH = "If-Match";
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final Pattern ETAG = Pattern.compile("\"([!#-~]{1,200})\"");
    private static final Pattern KEY = Pattern.compile("[ -~]{1,255}");

    /// What a service that is sent something from outside has no business to know.
    private static final Set<String> SECRET = Set.of("authorization", "cookie", "proxy-authorization");

    private final Route route;
    private final Message.Builder target;
    private final Violations violations;

    HeaderReader(Route route, Message.Builder target, Violations violations) {
        this.route = route;
        this.target = target;
        this.violations = violations;
    }

    void read(Map<String, String> headers) {
        readIfMatch(Optional.ofNullable(headers.get("if-match")));
        readKey(Optional.ofNullable(headers.get("idempotency-key")));
        if (route.body() instanceof Route.RawBody(var _)) {
            KnownFields.headers(target.getDescriptorForType()).ifPresent(field -> addAll(field, headers));
        }
    }

    private void readIfMatch(Optional<String> given) {
        boolean reads = route.httpMethod().equals("GET");
        if (given.isEmpty() || given.get().equals("*") || reads) {
            return;
        }
        Optional<FieldDescriptor> etag = KnownFields.etag(target.getDescriptorForType());
        Matcher form = ETAG.matcher(given.get());
        if (etag.isEmpty()) {
            // To do it all the same would be what the client wanted to keep from happening.
            violations.add(IF_MATCH, "what this request is about has no etag");
        } else if (form.matches()) {
            fill(etag.get(), form.group(1), IF_MATCH);
        } else {
            violations.add(IF_MATCH, "expected one strong etag in double quotes, or *");
        }
    }

    private void readKey(Optional<String> given) {
        Optional<FieldDescriptor> requestId = KnownFields.requestId(target.getDescriptorForType());
        if (given.isEmpty() || requestId.isEmpty()) {
            return;
        }
        String key = unquoted(given.get());
        if (KEY.matcher(key).matches()) {
            fill(requestId.get(), key, IDEMPOTENCY_KEY);
        } else {
            violations.add(IDEMPOTENCY_KEY, "expected 1 to 255 printable ASCII characters");
        }
    }

    /// A structured field writes a string in quotes; most clients send it without.
    private static String unquoted(String key) {
        boolean quoted = key.length() > 2 && key.startsWith("\"") && key.endsWith("\"");
        return quoted ? key.substring(1, key.length() - 1) : key;
    }

    private void fill(FieldDescriptor field, String value, String header) {
        String there = (String) target.getField(field);
        if (there.isEmpty()) {
            target.setField(field, value);
        } else if (!there.equals(value)) {
            violations.add(header, "is not what the request says as " + field.getJsonName());
        }
    }

    private void addAll(FieldDescriptor map, Map<String, String> headers) {
        Descriptor entry = map.getMessageType();
        headers.forEach((name, value) -> {
            if (!SECRET.contains(name)) {
                target.addRepeatedField(
                        map,
                        DynamicMessage.newBuilder(entry)
                                .setField(entry.findFieldByNumber(1), name)
                                .setField(entry.findFieldByNumber(2), value)
                                .build());
            }
        });
    }
}
