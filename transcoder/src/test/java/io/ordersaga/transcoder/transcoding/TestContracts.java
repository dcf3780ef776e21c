package io.ordersaga.transcoder.transcoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/// The descriptor sets that tests read.
final class TestContracts {
    private TestContracts() {}

    /// The protos of src/test/protobuf.
    static Contracts conformance() {
        return read("/conformance.binpb");
    }

    private static Contracts read(String resource) {
        try (InputStream descriptors = TestContracts.class.getResourceAsStream(resource)) {
            return Contracts.read(Objects.requireNonNull(descriptors, resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
