package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Values written as text, into what the field of a message holds: for path variables and query parameters, and for the
/// JSON values that are strings or numbers.
final class Values {
    private static final Pattern ENUM_NUMBER = Pattern.compile("-?[0-9]{1,9}");

    private Values() {}

    /// Whether a field's value can be written as one text: all scalars, and messages whose JSON is a string or a
    /// scalar.
    static boolean hasTextForm(FieldDescriptor field) {
        return field.getType() != FieldDescriptor.Type.GROUP
                && (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
                        || isTextMessage(field.getMessageType())
                        || isWrapper(field.getMessageType()));
    }

    static boolean isTextMessage(Descriptor message) {
        return switch (message.getFullName()) {
            case "google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.FieldMask" -> true;
            default -> false;
        };
    }

    static boolean isWrapper(Descriptor message) {
        return message.getFile().getFullName().equals("google/protobuf/wrappers.proto");
    }

    /// What [Message.Builder#setField] takes for the field; for a repeated one, an element of it.
    static Object fromText(FieldDescriptor field, String text) throws BadValueException {
        return switch (field.getJavaType()) {
            case INT, LONG -> Numbers.whole(field, text);
            case FLOAT -> Numbers.asFloat(text);
            case DOUBLE -> Numbers.asDouble(text);
            case BOOLEAN -> fromBoolean(text);
            case STRING -> wellFormed(text);
            case BYTE_STRING -> fromBase64(text);
            case ENUM -> fromEnum(field, text);
            case MESSAGE ->
                isWrapper(field.getMessageType())
                        ? wrapped(field.getMessageType(), fromText(wrappedField(field.getMessageType()), text))
                        : fromTextMessage(field.getMessageType(), text);
        };
    }

    static FieldDescriptor wrappedField(Descriptor wrapper) {
        return wrapper.findFieldByNumber(1);
    }

    static Message wrapped(Descriptor wrapper, Object value) {
        return DynamicMessage.newBuilder(wrapper)
                .setField(wrappedField(wrapper), value)
                .build();
    }

    /// Refuses half of a surrogate pair, which protobuf would silently replace.
    private static String wellFormed(String text) throws BadValueException {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (Character.isHighSurrogate(character)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(character)) {
                throw new BadValueException("not valid Unicode: half of a surrogate pair");
            }
        }
        return text;
    }

    /// The standard or the URL-safe alphabet, with or without padding.
    private static ByteString fromBase64(String text) throws BadValueException {
        boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        try {
            return ByteString.copyFrom((urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text));
        } catch (IllegalArgumentException e) {
            throw new BadValueException("expected base64");
        }
    }

    static EnumValueDescriptor enumNamed(FieldDescriptor field, String name) throws BadValueException {
        EnumValueDescriptor value = field.getEnumType().findValueByName(name);
        if (value == null) {
            throw noSuchValue(field);
        }
        return value;
    }

    /// A number that has no name is refused: here the contract is closed, whatever protobuf says of enums.
    static EnumValueDescriptor enumNumbered(FieldDescriptor field, String number) throws BadValueException {
        EnumValueDescriptor value = ENUM_NUMBER.matcher(number).matches()
                ? field.getEnumType().findValueByNumber(Integer.parseInt(number))
                : null;
        if (value == null) {
            throw noSuchValue(field);
        }
        return value;
    }

    private static EnumValueDescriptor fromEnum(FieldDescriptor field, String text) throws BadValueException {
        return ENUM_NUMBER.matcher(text).matches() ? enumNumbered(field, text) : enumNamed(field, text);
    }

    private static BadValueException noSuchValue(FieldDescriptor field) {
        return new BadValueException(field.getEnumType().getValues().stream()
                .map(EnumValueDescriptor::getName)
                .collect(Collectors.joining(", ", "expected one of ", "")));
    }

    private static Boolean fromBoolean(String text) throws BadValueException {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new BadValueException("expected true or false");
        };
    }

    static Message fromTextMessage(Descriptor message, String text) throws BadValueException {
        return switch (message.getFullName()) {
            case "google.protobuf.Timestamp" -> of(message, WellKnownText.timestamp(text));
            case "google.protobuf.Duration" -> of(message, WellKnownText.duration(text));
            case "google.protobuf.FieldMask" -> of(message, WellKnownText.fieldMask(text));
            default -> throw new IllegalArgumentException(message.getFullName() + " has no text form");
        };
    }

    /// The descriptor set has its own descriptors of the well-known types; the bytes are the same.
    private static Message of(Descriptor descriptor, Message generated) {
        try {
            return DynamicMessage.parseFrom(descriptor, generated.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(descriptor.getFullName() + " is not what its name says", e);
        }
    }
}
