package io.ordersaga.gateway;

import io.ordersaga.transcoder.transcoding.Contracts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/// The descriptor sets that tests read.
public final class TestContracts {
    private TestContracts() {}

    /// The protos of the transcoder's tests.
    public static Contracts conformance() {
        return read("/conformance.binpb");
    }

    /// The real ones.
    public static Contracts shop() {
        return read("/META-INF/ordersaga/shop-proto.binpb");
    }

    private static Contracts read(String resource) {
        try (InputStream descriptors = TestContracts.class.getResourceAsStream(resource)) {
            return Contracts.read(Objects.requireNonNull(descriptors, resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
