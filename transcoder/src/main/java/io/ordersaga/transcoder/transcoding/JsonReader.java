package io.ordersaga.transcoder.transcoding;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// Reads proto3 JSON into messages, strictly, and says of every bad value where it stands. Written because protobuf's
/// own reader stops at the first bad value and does not tell its field.
final class JsonReader {
    private final JsonFactory factory;
    private final JsonFormat.Parser wellKnownTypes;
    private final int depthMax;

    /// @param depthMax how deep objects and arrays may be nested
    JsonReader(int depthMax, TypeRegistry types) {
        this.depthMax = depthMax;
        this.wellKnownTypes = JsonFormat.parser().usingTypeRegistry(types);
        this.factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(depthMax)
                        .build())
                .build();
    }

    /// Reads a JSON object into `target`.
    void readMessage(byte[] json, Message.Builder target, Violations violations) {
        read(json, violations, reading -> reading.object(target, Location.ROOT));
    }

    /// Reads any JSON value into one field of `target`.
    void readField(byte[] json, Message.Builder target, FieldDescriptor field, Violations violations) {
        read(json, violations, reading -> reading.field(target, field, Location.ROOT.field(field.getJsonName())));
    }

    /// The fields of `message` that a JSON object has, by their names in the proto. For a body that was read before.
    List<String> fieldsOf(byte[] json, Descriptor message) {
        List<String> names = new ArrayList<>();
        read(json, new Violations(), reading -> reading.names(message, names));
        return names;
    }

    private interface Step {
        void run(JsonReading reading);
    }

    private void read(byte[] json, Violations violations, Step step) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException e) {
            violations.addMalformed("the body is not UTF-8");
            return;
        }
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                violations.addMalformed("the body is empty; expected JSON");
                return;
            }
            step.run(new JsonReading(parser, violations, wellKnownTypes));
            JsonToken next = parser.nextToken();
            if (next != null) {
                violations.addMalformed("more follows after the JSON value, at " + position(parser));
            }
        } catch (StreamConstraintsException e) {
            violations.addMalformed("nested deeper than " + depthMax + " levels, or a name or number is too long");
        } catch (JacksonException e) {
            violations.addMalformed("not valid JSON at line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr());
        }
    }

    private static String position(JsonParser parser) {
        return "line " + parser.currentTokenLocation().getLineNr() + ", column "
                + parser.currentTokenLocation().getColumnNr();
    }
}
