package io.ordersaga.coordinator.admin.access;

import com.google.protobuf.Descriptors;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.RoleProto;
import java.util.List;
import java.util.Optional;

/// Reads from the contract which role a method needs.
final class MethodRoles {

    static final String PACKAGE = "saga.v1.";

    private MethodRoles() {}

    /// Whether access to the method is controlled here. DTM's protocol, health and reflection are for
    /// everybody.
    static boolean areControlled(MethodDescriptor<?, ?> method) {
        return method.getFullMethodName().startsWith(PACKAGE);
    }

    /// The least role that may call the method; `ROLE_UNSPECIFIED` where nobody needs to be known. Empty
    /// when the contract does not say it: then nobody may.
    static Optional<Role> of(MethodDescriptor<?, ?> method) {
        return contractOf(method)
                .map(Descriptors.MethodDescriptor::getOptions)
                .filter(options -> options.hasExtension(RoleProto.requiredRole))
                .map(options -> options.getExtension(RoleProto.requiredRole));
    }

    /// Whether calls are written to the audit log: all that need more than to look, and what the contract
    /// says.
    static boolean isAudited(MethodDescriptor<?, ?> method, Role needed) {
        return needed.getNumber() > Role.VIEWER_VALUE
                || contractOf(method)
                        .map(rpc -> rpc.getOptions().getExtension(RoleProto.audited))
                        .orElse(false);
    }

    /// The fields of the request that the audit log names.
    static List<String> namedOf(MethodDescriptor<?, ?> method) {
        return contractOf(method)
                .map(rpc -> rpc.getOptions().getExtension(RoleProto.named))
                .orElse(List.of());
    }

    static Descriptors.Descriptor requestOf(MethodDescriptor<?, ?> method) {
        return contractOf(method)
                .orElseThrow(() -> new IllegalStateException(method.getFullMethodName() + " is of no known contract"))
                .getInputType();
    }

    private static Optional<Descriptors.MethodDescriptor> contractOf(MethodDescriptor<?, ?> method) {
        return method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier contract
                ? Optional.of(contract.getMethodDescriptor())
                : Optional.empty();
    }

    /// Keeps the program from starting with a method that nobody thought about, or that names fields which it has not.
    static void requireAll(List<BindableService> services) {
        for (BindableService service : services) {
            for (ServerMethodDefinition<?, ?> method : service.bindService().getMethods()) {
                MethodDescriptor<?, ?> descriptor = method.getMethodDescriptor();
                if (areControlled(descriptor) && of(descriptor).isEmpty()) {
                    throw new IllegalStateException(descriptor.getFullMethodName()
                            + " does not say which role it needs: (saga.v1.required_role)");
                }
                if (areControlled(descriptor)) {
                    requireNamed(descriptor);
                }
            }
        }
    }

    private static void requireNamed(MethodDescriptor<?, ?> method) {
        for (String path : namedOf(method)) {
            if (AskedFor.field(requestOf(method), path) == null) {
                throw new IllegalStateException(
                        method.getFullMethodName() + " has no field " + path + ": (saga.v1.named)");
            }
        }
    }
}
