package io.ordersaga.coordinator.conformance;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Changes what fields hold, so that what is sent can still be read and gets further than damaged bytes do; the same
/// seed changes alike. Not thread-safe.
final class Twist {

    private static final long[] NUMBERS = {0, -1, 1, Integer.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, 31_622_400};
    private static final String[] WORDS = {
        "",
        "null",
        "[]",
        "{}",
        "[{}]",
        "[{\"action\":\"a:1/b.C/D\",\"compensate\":7}]",
        "{\"orders\":{\"1\":[1]}}",
        "{\"concurrent\":true,\"orders\":{\"9\":[-1]}}",
        "{\"delay\":1e30}",
        "saga",
        "xa",
        "workflow",
        "topic://nobody",
        "http://127.0.0.1:1/never?a=%",
        "127.0.0.1:1/a.B/C",
        "succeed",
        "a".repeat(3_000),
        "\u0000",
        "\r\n",
        "\uD83D\uDE00"
    };
    private static final List<String> JSON = List.of(
            "null", "true", "-1", "1e400", "9223372036854775808", "\"\"", "[]", "{}", "[[]]", "[null]", "\"x\"");

    private final Random random;

    Twist(Random random) {
        this.random = random;
    }

    private String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }

    /// One or two fields other than they were; never the first, which is the gid.
    byte[] twisted(Message message) {
        Message.Builder builder = message.toBuilder();
        for (int left = 1 + random.nextInt(2); left > 0; left--) {
            List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
            twist(builder, fields.get(1 + random.nextInt(fields.size() - 1)));
        }
        return builder.build().toByteArray();
    }

    private void twist(Message.Builder builder, FieldDescriptor field) {
        if (field.isRepeated()) {
            if (builder.getRepeatedFieldCount(field) > 0 && random.nextBoolean()) {
                builder.clearField(field);
            } else if (!field.isMapField()) {
                for (int left = random.nextInt(4); left >= 0; left--) {
                    builder.addRepeatedField(field, value(builder, field));
                }
            }
        } else {
            builder.setField(field, value(builder, field));
        }
    }

    private Object value(Message.Builder builder, FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case STRING -> word();
            case BYTE_STRING -> ByteString.copyFrom(word(), StandardCharsets.UTF_8);
            case BOOLEAN -> random.nextBoolean();
            case INT -> (int) NUMBERS[random.nextInt(NUMBERS.length)];
            case LONG -> NUMBERS[random.nextInt(NUMBERS.length)];
            case FLOAT -> Float.NaN;
            case DOUBLE -> Double.NaN;
            case ENUM -> field.getEnumType().getValues().getFirst();
            case MESSAGE -> {
                Message.Builder inner = builder.newBuilderForField(field);
                List<FieldDescriptor> fields = field.getMessageType().getFields();
                twist(inner, fields.get(random.nextInt(fields.size())));
                yield inner.build();
            }
        };
    }

    /// One or two fields other than they were, somewhere in it; never a gid.
    byte[] twisted(String json) {
        JsonNode tree = Tx.JSON.readTree(json);
        ObjectNode object = (ObjectNode) (tree.has("params") ? tree.path("params") : tree);
        List<String> names = object.propertyNames().stream()
                .filter(name -> !name.equals("gid"))
                .toList();
        for (int left = 1 + random.nextInt(2); left > 0; left--) {
            String name = names.get(random.nextInt(names.size()));
            if (object.path(name).isString() && random.nextBoolean()) {
                object.put(name, word());
            } else {
                object.set(name, Tx.JSON.readTree(JSON.get(random.nextInt(JSON.size()))));
            }
        }
        return tree.toString().getBytes(StandardCharsets.UTF_8);
    }
}
