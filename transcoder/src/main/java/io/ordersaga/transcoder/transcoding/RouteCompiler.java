package io.ordersaga.transcoder.transcoding;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Turns the `google.api.http` option of each rpc into routes. A rule that cannot work is refused here, at start, and
/// not at the first request.
public final class RouteCompiler {
    private RouteCompiler() {}

    /// The routes of all rpcs that have the option, in the order of declaration.
    public static RouteTable compile(Contracts contracts) {
        List<Route> routes = new ArrayList<>();
        for (ServiceDescriptor service : contracts.services()) {
            for (MethodDescriptor rpc : service.getMethods()) {
                if (rpc.getOptions().hasExtension(AnnotationsProto.http)) {
                    addRoutes(rpc, rpc.getOptions().getExtension(AnnotationsProto.http), routes);
                }
            }
        }
        return new RouteTable(routes);
    }

    private static void addRoutes(MethodDescriptor rpc, HttpRule rule, List<Route> routes) {
        if (rpc.isClientStreaming() || rpc.isServerStreaming()) {
            throw broken(rpc, "a streaming rpc cannot have an HTTP route");
        }
        routes.add(route(rpc, rule, 0));
        for (int i = 0; i < rule.getAdditionalBindingsCount(); i++) {
            HttpRule additional = rule.getAdditionalBindings(i);
            if (additional.getAdditionalBindingsCount() > 0) {
                throw broken(rpc, "an additional binding cannot have additional bindings");
            }
            routes.add(route(rpc, additional, i + 1));
        }
    }

    private static Route route(MethodDescriptor rpc, HttpRule rule, int binding) {
        String path = switch (rule.getPatternCase()) {
            case GET -> rule.getGet();
            case PUT -> rule.getPut();
            case POST -> rule.getPost();
            case DELETE -> rule.getDelete();
            case PATCH -> rule.getPatch();
            case CUSTOM -> rule.getCustom().getPath();
            case PATTERN_NOT_SET -> throw broken(rpc, "its http option has no path");
        };
        String httpMethod = rule.hasCustom()
                ? rule.getCustom().getKind()
                : rule.getPatternCase().name();
        PathTemplate template;
        try {
            template = PathTemplate.parse(path);
        } catch (IllegalArgumentException e) {
            throw broken(rpc, String.valueOf(e.getMessage()));
        }
        for (PathTemplate.Variable variable : template.variables()) {
            checkVariable(rpc, variable);
        }
        return new Route(httpMethod, template, rpc, binding, body(rpc, rule), responseField(rpc, rule));
    }

    private static void checkVariable(MethodDescriptor rpc, PathTemplate.Variable variable) {
        FieldPath path = FieldPath.resolve(rpc.getInputType(), variable.fieldPath())
                .orElseThrow(() -> broken(rpc, "its request has no field " + variable.name()));
        if (path.leaf().isRepeated() || !Values.hasTextForm(path.leaf())) {
            throw broken(rpc, "the field " + variable.name() + " cannot be in a path");
        }
    }

    private static Route.Body body(MethodDescriptor rpc, HttpRule rule) {
        return switch (rule.getBody()) {
            case "" -> new Route.NoBody();
            case "*" -> new Route.WholeBody();
            default -> {
                FieldDescriptor field = field(rpc, rpc.getInputType(), rule.getBody());
                yield KnownFields.isRaw(field) ? new Route.RawBody(field) : new Route.FieldBody(field);
            }
        };
    }

    private static Optional<FieldDescriptor> responseField(MethodDescriptor rpc, HttpRule rule) {
        return rule.getResponseBody().isEmpty()
                ? Optional.empty()
                : Optional.of(field(rpc, rpc.getOutputType(), rule.getResponseBody()));
    }

    private static FieldDescriptor field(MethodDescriptor rpc, Descriptor message, String name) {
        FieldDescriptor field = message.findFieldByName(name);
        if (field == null) {
            throw broken(rpc, message.getFullName() + " has no field " + name);
        }
        return field;
    }

    private static IllegalArgumentException broken(MethodDescriptor rpc, String why) {
        return new IllegalArgumentException("No route for " + rpc.getFullName() + ": " + why);
    }
}
