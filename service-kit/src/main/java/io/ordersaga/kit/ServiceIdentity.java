package io.ordersaga.kit;

import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;

/// Who one of our programs is when it calls another for itself: staff, by the name `service:<name>`. Nothing of its own
/// caller is passed on.
public final class ServiceIdentity {
    private ServiceIdentity() {}

    /// To be put on the channels to other services.
    ///
    /// @param name such as `order`
    public static ClientInterceptor of(String name) {
        Metadata metadata = new Metadata();
        metadata.put(IdentityInterceptor.USER_ID, "service:" + name);
        metadata.put(IdentityInterceptor.USER_ROLES, Role.STAFF.text());
        return MetadataUtils.newAttachHeadersInterceptor(metadata);
    }
}
