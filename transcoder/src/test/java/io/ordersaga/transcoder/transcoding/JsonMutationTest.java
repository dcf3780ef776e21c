package io.ordersaga.transcoder.transcoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.ordersaga.testkit.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// Thousands of slightly broken inputs, the same ones in every run: whatever comes in, the reader ends with a message
/// or
/// with complaints, never with another exception. And what it does read, protobuf's own reader reads the same.
class JsonMutationTest {
    private static final long SEED = 20261121;
    private static final int RUNS = 30_000;
    private static final List<String> SEEDS = List.of(
            "{\"i32\":1,\"u64\":\"18446744073709551615\",\"real\":1.5,\"precise\":\"NaN\",\"flag\":true}",
            "{\"text\":\"\\u00e9\\ud83d\\ude00\",\"raw\":\"AP-_\",\"color\":\"RED\",\"colors\":[2,\"GREEN\"]}",
            "{\"child\":{\"number\":1,\"child\":{\"text\":\"x\"}},\"children\":[{},{\"number\":2}],\"left\":\"\"}",
            "{\"counts\":{\"a\":\"1\",\"b\":2},\"byNumber\":{\"-3\":{\"text\":\"x\"}},\"userId\":7,\"maybe\":\"\"}",
            "{\"moment\":\"2026-01-02T03:04:05.123Z\",\"length\":\"-1.5s\",\"readMask\":\"text,userId\",\"boxed\":7}",
            "{\"free\":{\"a\":[1,null]},\"anything\":[false],"
                    + "\"typed\":{\"@type\":\"type.googleapis.com/conformance.Child\"}}");
    private final Contracts contracts = TestContracts.conformance();

    @Test
    void theReaderNeverBreaks() {
        JsonReader reader = new JsonReader(8, contracts.types());
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        int read = 0;
        for (int run = 0; run < RUNS; run++) {
            byte[] json = Mutations.of(SEEDS.get(random.nextInt(SEEDS.size())), random);
            DynamicMessage.Builder message = DynamicMessage.newBuilder(contracts.message("conformance.All"));
            Violations violations = new Violations();
            try {
                reader.readMessage(json, message, violations);
                if (violations.list().isEmpty()) {
                    read++;
                    assertThat((Message) message.build()).isEqualTo(asProtobufReads(json));
                }
            } catch (Exception | StackOverflowError | AssertionError e) {
                throw new AssertionError("run " + run + ": " + new String(json, StandardCharsets.UTF_8), e);
            }
        }
        // Else the mutations are so wild that they prove nothing about what is read.
        assertThat(read).isGreaterThan(RUNS / 50);
    }

    private Message asProtobufReads(byte[] json) throws Exception {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(contracts.message("conformance.All"));
        JsonFormat.parser()
                .usingTypeRegistry(contracts.types())
                .merge(new String(json, StandardCharsets.UTF_8), message);
        return message.build();
    }
}
