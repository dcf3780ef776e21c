package io.ordersaga.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Any;
import com.google.protobuf.Descriptors;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.ordersaga.saga.v1.AccountServiceGrpc;
import io.ordersaga.saga.v1.AuditEntry;
import io.ordersaga.saga.v1.AuditServiceGrpc;
import io.ordersaga.saga.v1.CreateAccountRequest;
import io.ordersaga.saga.v1.CreateTokenRequest;
import io.ordersaga.saga.v1.ListAuditRequest;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.RoleProto;
import io.ordersaga.saga.v1.TokenServiceGrpc;
import io.ordersaga.testkit.RunningService;
import io.ordersaga.testkit.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.springframework.core.env.Environment;
import org.springframework.grpc.server.service.GrpcServiceDiscoverer;
import org.springframework.grpc.server.service.GrpcServiceSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A coordinator that asks who its operators are, and people and programs who ask it for something.
final class OperatorFixture implements AutoCloseable {

    static final String ADMIN_PASSWORD = "correct horse battery";

    private static final Set<String> DENIALS =
            Set.of("SIGN_IN_NEEDED", "ROLE_MISSING", "READ_ONLY", "PASSWORD_CHANGE_REQUIRED");
    /// Said by the HTTP side alone, so that they tell nothing of who may ask.
    private static final Set<String> UNHEARD = Set.of(
            "ROUTE_NOT_FOUND",
            "METHOD_NOT_ALLOWED",
            "MALFORMED_REQUEST",
            "UNSUPPORTED_REQUEST",
            "UNSUPPORTED_MEDIA_TYPE",
            "UPSTREAM_UNAVAILABLE");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String INITIAL_PASSWORD = "only for the first time";
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final RunningService service;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String admin;

    OperatorFixture(TestDatabase database, Map<String, String> settings) {
        this(database, settings, List.of());
    }

    /// @param beans classes with bean methods that the coordinator has beside its own
    OperatorFixture(TestDatabase database, Map<String, String> settings, List<Class<?>> beans) {
        Map<String, String> all = new HashMap<>(RunningService.settings(database, "dev"));
        all.put("ordersaga.coordinator.admin.access.enforced", "true");
        all.put("ordersaga.coordinator.admin.access.initial-password", INITIAL_PASSWORD);
        all.put("ordersaga.coordinator.admin.access.password-cost", "4");
        all.put("ordersaga.coordinator.admin.access.recheck", "100ms");
        all.put("ordersaga.coordinator.admin.access.denied-per-second", "10000");
        all.put("ordersaga.coordinator.admin.access.throttle.first", "30s");
        all.put("ordersaga.coordinator.admin.access.session.secure-cookie", "false");
        all.putAll(settings);
        service = RunningService.start(CoordinatorApp.class, all, beans);
        admin = signIn("admin", INITIAL_PASSWORD);
        assertThat(changePassword(admin, INITIAL_PASSWORD, ADMIN_PASSWORD).status())
                .isEqualTo(200);
    }

    record Reply(int status, String body, HttpResponse<String> response) {
        JsonNode json() {
            return JSON.readTree(body);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /// Of the `ErrorInfo`; empty when there is none.
        String reason() {
            if (status < 400) {
                return "";
            }
            for (JsonNode detail : json().path("error").path("details")) {
                if (detail.path("@type").asString("").endsWith("google.rpc.ErrorInfo")) {
                    return detail.path("reason").asString("");
                }
            }
            return "";
        }
    }

    /// For what another thread does, on a machine that may be slow.
    static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofSeconds(30));
    }

    RunningService service() {
        return service;
    }

    /// A session of the admin that is there from the beginning.
    String admin() {
        return admin;
    }

    /// A password of an account that [#signInAs] made.
    static String passwordOf(String account) {
        return "long enough for " + account.hashCode();
    }

    /// Makes an account; its one-time password.
    String create(String name, Role role) {
        return AccountServiceGrpc.newBlockingStub(channel(admin))
                .createAccount(CreateAccountRequest.newBuilder()
                        .setName(name)
                        .setRole(role)
                        .build())
                .getOneTimePassword();
    }

    /// Makes an account that has chosen its password; a session of it.
    String signInAs(String name, Role role) {
        String oneTime = create(name, role);
        String token = signIn(name, oneTime);
        assertThat(changePassword(token, oneTime, passwordOf(name)).status()).isEqualTo(200);
        return token;
    }

    /// A machine's token.
    String token(String name, Role role) {
        var tokens = TokenServiceGrpc.newBlockingStub(channel(admin));
        tokens.listTokens(io.ordersaga.saga.v1.ListTokensRequest.getDefaultInstance()).getTokensList().stream()
                .filter(token -> token.getName().equals(name))
                .forEach(token -> tokens.revokeToken(io.ordersaga.saga.v1.RevokeTokenRequest.newBuilder()
                        .setName(name)
                        .build()));
        return tokens.createToken(CreateTokenRequest.newBuilder()
                        .setName(name)
                        .setRole(role)
                        .build())
                .getSecret();
    }

    String signInBody(String account, String password, boolean browser) {
        return JSON.writeValueAsString(Map.of("account", account, "password", password, "browser", browser));
    }

    Reply trySignIn(String account, String password) {
        return send(request("POST", "/api/v1/session:signIn", signInBody(account, password, false)));
    }

    String signIn(String account, String password) {
        Reply reply = trySignIn(account, password);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json().path("token").asString();
    }

    Reply changePassword(String token, String current, String next) {
        return post(
                "/api/v1/session:changePassword",
                JSON.writeValueAsString(Map.of("currentPassword", current, "newPassword", next)),
                token);
    }

    List<AuditEntry> audit(String operator) {
        return audit(ListAuditRequest.newBuilder().setOperator(operator));
    }

    List<AuditEntry> audit(String operator, AuditEntry.Kind kind) {
        return audit(ListAuditRequest.newBuilder().setOperator(operator).setKind(kind));
    }

    List<AuditEntry> auditOfMethod(String method) {
        return audit(ListAuditRequest.newBuilder().setMethod(method));
    }

    private List<AuditEntry> audit(ListAuditRequest.Builder request) {
        return AuditServiceGrpc.newBlockingStub(channel(admin))
                .listAudit(request.setPageSize(200).build())
                .getEntriesList();
    }

    // gRPC

    Channel channel(String token) {
        Metadata metadata = new Metadata();
        metadata.put(AUTHORIZATION, "Bearer " + token);
        return channel(metadata);
    }

    Channel channel(Metadata metadata) {
        return ClientInterceptors.intercept(service.channel(), MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    /// Every method of `saga.v1` that is served.
    List<MethodDescriptor<?, ?>> methods() {
        List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
        for (GrpcServiceSpec spec : service.bean(GrpcServiceDiscoverer.class).findServices()) {
            var descriptor = spec.service().bindService().getServiceDescriptor();
            if (descriptor.getName().startsWith("saga.v1.")) {
                methods.addAll(descriptor.getMethods());
            }
        }
        return methods;
    }

    static Role roleOf(MethodDescriptor<?, ?> method) {
        return rpcOf(method).getOptions().getExtension(RoleProto.requiredRole);
    }

    static Descriptors.MethodDescriptor rpcOf(MethodDescriptor<?, ?> method) {
        if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier contract) {
            return contract.getMethodDescriptor();
        }
        throw new IllegalArgumentException(method + " is of no contract");
    }

    /// Calls a method with a request that no service takes, so that nothing happens when it passes.
    String verdict(MethodDescriptor<?, ?> method, Optional<String> token) {
        try {
            byte[] _ = answer(method, token, new byte[] {(byte) 0xff});
            return "ANSWERED";
        } catch (StatusRuntimeException refused) {
            return verdict(reasonOf(refused));
        }
    }

    /// Calls a method with a request in bytes.
    byte[] answer(MethodDescriptor<?, ?> method, Optional<String> token, byte[] request) {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(method.getFullMethodName())
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        return ClientCalls.blockingUnaryCall(
                token.map(this::channel).orElseGet(service::channel),
                raw,
                CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                request);
    }

    /// The same over HTTP, with an empty request about something that is not there: who may ask hears so
    /// from the method.
    String verdictOverHttp(MethodDescriptor<?, ?> method, Optional<String> token) {
        HttpRule rule = rpcOf(method).getOptions().getExtension(AnnotationsProto.http);
        String verb = rule.getPatternCase().name();
        String template = switch (rule.getPatternCase()) {
            case GET -> rule.getGet();
            case POST -> rule.getPost();
            case PATCH -> rule.getPatch();
            case PUT -> rule.getPut();
            case DELETE -> rule.getDelete();
            case CUSTOM, PATTERN_NOT_SET -> throw new IllegalArgumentException(method + " is not on HTTP");
        };
        String path = template.replaceAll("\\{[^}]*}", "matrix-nobody");
        HttpRequest.Builder request = request(verb, path, rule.getBody().isEmpty() ? "" : "{}");
        token.ifPresent(known -> request.header("Authorization", "Bearer " + known));
        Reply reply = send(request);
        return UNHEARD.contains(reply.reason()) ? reply.reason() : verdict(reply.reason());
    }

    private static String verdict(String reason) {
        return DENIALS.contains(reason) ? reason : "PASSES";
    }

    static String reasonOf(StatusRuntimeException refused) {
        var status = StatusProto.fromThrowable(refused);
        for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    return detail.unpack(ErrorInfo.class).getReason();
                } catch (InvalidProtocolBufferException broken) {
                    throw new IllegalStateException(broken);
                }
            }
        }
        return "";
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    // HTTP

    String origin() {
        return "http://127.0.0.1:" + service.bean(Environment.class).getRequiredProperty("local.server.port");
    }

    URI uri(String path) {
        return URI.create(origin() + path);
    }

    HttpRequest.Builder request(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        if (body.isEmpty()) {
            return request.method(method, BodyPublishers.noBody());
        }
        return request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body));
    }

    Reply get(String path, String token) {
        return send(request("GET", path, "").header("Authorization", "Bearer " + token));
    }

    Reply post(String path, String body, String token) {
        return send(request("POST", path, body).header("Authorization", "Bearer " + token));
    }

    Reply patch(String path, String body, String token) {
        return send(request("PATCH", path, body).header("Authorization", "Bearer " + token));
    }

    Reply delete(String path, String token) {
        return send(request("DELETE", path, "").header("Authorization", "Bearer " + token));
    }

    Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.body(), response);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
    }

    @Override
    public void close() {
        http.close();
        service.close();
    }
}
