package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One pass over one JSON document. Every method is entered at the first token of a value and leaves at its last; a
/// value that does not fit is noted and skipped, so that the rest is checked too.
final class JsonReading {
    private static final JsonFactory COPIES = new JsonFactory();

    private final JsonParser parser;
    private final Violations violations;
    private final JsonFormat.Parser wellKnownTypes;

    JsonReading(JsonParser parser, Violations violations, JsonFormat.Parser wellKnownTypes) {
        this.parser = parser;
        this.violations = violations;
        this.wellKnownTypes = wellKnownTypes;
    }

    void object(Message.Builder target, Location at) {
        if (!isAt(JsonToken.START_OBJECT, at, "an object")) {
            return;
        }
        Set<Object> seen = new HashSet<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            FieldDescriptor field = FieldPath.find(target.getDescriptorForType(), name);
            if (field == null) {
                skip(at.field(name), "unknown field");
                continue;
            }
            Location location = at.field(field.getJsonName());
            OneofDescriptor oneof = field.getRealContainingOneof();
            if (!seen.add(field)) {
                skip(location, "given twice");
            } else if (oneof != null && parser.currentToken() != JsonToken.VALUE_NULL && !seen.add(oneof)) {
                skip(location, "only one field of " + oneof.getName() + " can be given");
            } else {
                field(target, field, location);
            }
        }
    }

    /// Only tells which fields of `message` the object has.
    void names(Descriptor message, List<String> names) {
        if (!isAt(JsonToken.START_OBJECT, Location.ROOT, "an object")) {
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            FieldDescriptor field = FieldPath.find(message, parser.currentName());
            if (field != null) {
                names.add(field.getName());
            }
            parser.nextToken();
            parser.skipChildren();
        }
    }

    /// Reads the value of a field; `null` leaves it unset.
    void field(Message.Builder target, FieldDescriptor field, Location at) {
        if (parser.currentToken() == JsonToken.VALUE_NULL && !nullIsAValue(field)) {
            return;
        }
        if (field.isMapField()) {
            map(target, field, at);
        } else if (field.isRepeated()) {
            array(target, field, at);
        } else {
            Object value = value(field, at);
            if (value != null) {
                target.setField(field, value);
            }
        }
    }

    private void array(Message.Builder target, FieldDescriptor field, Location at) {
        if (!isAt(JsonToken.START_ARRAY, at, "an array")) {
            return;
        }
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            Object value = value(field, at.element(i));
            if (value != null) {
                target.addRepeatedField(field, value);
            }
        }
    }

    private void map(Message.Builder target, FieldDescriptor field, Location at) {
        if (!isAt(JsonToken.START_OBJECT, at, "an object")) {
            return;
        }
        FieldDescriptor keyField = field.getMessageType().findFieldByNumber(1);
        FieldDescriptor valueField = field.getMessageType().findFieldByNumber(2);
        Set<Object> seen = new HashSet<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Location location = at.key(name);
            parser.nextToken();
            Object key;
            try {
                key = Values.fromText(keyField, name);
            } catch (BadValueException e) {
                skip(location, "key: " + e.description());
                continue;
            }
            if (!seen.add(key)) {
                skip(location, "given twice");
                continue;
            }
            Object value = value(valueField, location);
            if (value != null) {
                target.addRepeatedField(
                        field,
                        DynamicMessage.newBuilder(field.getMessageType())
                                .setField(keyField, key)
                                .setField(valueField, value)
                                .build());
            }
        }
    }

    /// Reads one value; null when it was bad, which is noted by then.
    private @Nullable Object value(FieldDescriptor field, Location at) {
        try {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                return scalar(field);
            }
            Descriptor message = field.getMessageType();
            if (Values.isWrapper(message)) {
                return Values.wrapped(message, scalar(Values.wrappedField(message)));
            }
            if (Values.isTextMessage(message)) {
                return Values.fromTextMessage(message, string("a string"));
            }
            if (isFreeForm(message)) {
                return freeForm(message);
            }
            DynamicMessage.Builder builder = DynamicMessage.newBuilder(message);
            object(builder, at);
            return builder.build();
        } catch (BadValueException e) {
            skip(at, e.description());
            return null;
        }
    }

    private Object scalar(FieldDescriptor field) throws BadValueException {
        JsonToken token = parser.currentToken();
        return switch (field.getJavaType()) {
            case INT, LONG -> {
                if (!token.isNumeric() && token != JsonToken.VALUE_STRING) {
                    throw new BadValueException(Numbers.expected(field));
                }
                yield Values.fromText(field, parser.getString());
            }
            case FLOAT, DOUBLE -> {
                if (!token.isNumeric() && token != JsonToken.VALUE_STRING) {
                    throw new BadValueException("expected a number");
                }
                yield Values.fromText(field, parser.getString());
            }
            case BOOLEAN -> {
                if (!token.isBoolean()) {
                    throw new BadValueException("expected true or false");
                }
                yield token == JsonToken.VALUE_TRUE;
            }
            case STRING, BYTE_STRING -> Values.fromText(field, string("a string"));
            case ENUM -> enumValue(field);
            case MESSAGE -> throw new IllegalArgumentException(field.getFullName() + " is no scalar");
        };
    }

    private Object enumValue(FieldDescriptor field) throws BadValueException {
        return switch (parser.currentToken()) {
            // Only reached for google.protobuf.NullValue.
            case VALUE_NULL -> field.getEnumType().getValues().getFirst();
            case VALUE_NUMBER_INT -> Values.enumNumbered(field, parser.getString());
            case VALUE_STRING -> Values.enumNamed(field, parser.getString());
            default -> Values.enumNamed(field, "");
        };
    }

    private String string(String expected) throws BadValueException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new BadValueException("expected " + expected);
        }
        return parser.getString();
    }

    /// Messages whose JSON is any JSON; protobuf's own reader knows them, from a copy of just this value.
    private static boolean isFreeForm(Descriptor message) {
        return switch (message.getFullName()) {
            case "google.protobuf.Any",
                    "google.protobuf.Struct",
                    "google.protobuf.Value",
                    "google.protobuf.ListValue" -> true;
            default -> false;
        };
    }

    private Message freeForm(Descriptor message) throws BadValueException {
        StringWriter copy = new StringWriter();
        boolean finite = true;
        try (JsonGenerator generator = COPIES.createGenerator(ObjectWriteContext.empty(), copy)) {
            int depth = 0;
            do {
                if (depth > 0) {
                    parser.nextToken();
                }
                JsonToken token = parser.currentToken();
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                finite &= !token.isNumeric() || Double.isFinite(parser.getDoubleValue());
                generator.copyCurrentEventExact(parser);
            } while (depth > 0);
        }
        if (!finite) {
            throw new BadValueException("a number in it is too large");
        }
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(message);
        try {
            wellKnownTypes.merge(copy.toString(), builder);
        } catch (InvalidProtocolBufferException e) {
            throw new BadValueException("is no valid " + message.getFullName());
        }
        return builder.build();
    }

    private static boolean nullIsAValue(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getFullName().equals("google.protobuf.Value");
            case ENUM -> field.getEnumType().getFullName().equals("google.protobuf.NullValue");
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING -> false;
        };
    }

    private boolean isAt(JsonToken wanted, Location at, String name) {
        boolean there = parser.currentToken() == wanted;
        if (!there) {
            skip(at, "expected " + name);
        }
        return there;
    }

    private void skip(Location at, String why) {
        violations.add(at.toString(), why);
        // Does nothing at a scalar and at the end of a structure that was read before it turned out bad.
        parser.skipChildren();
    }
}
