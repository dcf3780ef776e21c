package io.ordersaga.saga.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.Status;
import io.grpc.Metadata;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BranchContextTest {
    private static final Metadata.Key<byte[]> REJECTION =
            Metadata.Key.of("saga-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER);

    @Test
    void readsWhatADtmServerSends() {
        Metadata metadata = metadata("dtm-gid", "dtm-trans_type", "dtm-branch_id", "dtm-op");
        metadata.put(key("dtm-dtm"), "");
        metadata.put(key("x-tenant"), "a");

        assertThat(BranchContext.from(metadata))
                .isEqualTo(new BranchContext("v-dtm-gid", "v-dtm-trans_type", "v-dtm-branch_id", "v-dtm-op"));
    }

    @ParameterizedTest
    @CsvSource({
        "gid, dtm-trans_type, dtm-branch_id, dtm-op",
        "trans_type, dtm-gid, dtm-branch_id, dtm-op",
        "branch_id, dtm-gid, dtm-trans_type, dtm-op",
        "op, dtm-gid, dtm-trans_type, dtm-branch_id"
    })
    void namesWhatIsMissing(String missing, String one, String two, String three) {
        assertThatThrownBy(() -> BranchContext.from(metadata(one, two, three)))
                .isInstanceOfSatisfying(
                        InvalidBranchException.class, e -> assertThat(e.field()).isEqualTo(missing));
    }

    @Test
    void rejectionTravelsToTheCompensation() {
        Status rejection =
                Status.newBuilder().setCode(10).setMessage("Not enough pieces").build();
        BranchContext compensation = new BranchContext("g", "saga", "01", "compensate", Optional.of(rejection));

        assertThat(BranchContext.from(compensation.toMetadata())).isEqualTo(compensation);
    }

    /// A compensation must run whatever the reason looks like.
    @Test
    void unreadableRejectionIsDropped() {
        Metadata garbled = new BranchContext("g", "saga", "01", "compensate").toMetadata();
        garbled.put(REJECTION, new byte[] {(byte) 0xff, 1, 2});
        assertThat(BranchContext.from(garbled).rejection()).isEmpty();

        Metadata huge = new BranchContext("g", "saga", "01", "compensate").toMetadata();
        huge.put(
                REJECTION,
                Status.newBuilder().setMessage("m".repeat(4096)).build().toByteArray());
        assertThat(BranchContext.from(huge).rejection()).isEmpty();
    }

    @Test
    void thereIsNoneOutsideOfACall() {
        assertThat(BranchContext.find()).isEmpty();
        assertThatThrownBy(BranchContext::current).isInstanceOf(InvalidBranchException.class);
    }

    private static Metadata metadata(String... keys) {
        Metadata metadata = new Metadata();
        for (String name : keys) {
            metadata.put(key(name), "v-" + name);
        }
        return metadata;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
