package io.ordersaga.coordinator;

import com.google.protobuf.ByteString;
import io.ordersaga.coordinator.admin.AdminSettings;
import io.ordersaga.coordinator.admin.access.BrowserSessions;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.InProcessServices;
import io.ordersaga.transcoder.errors.Failures;
import io.ordersaga.transcoder.http.Answer;
import io.ordersaga.transcoder.http.CallHeaders;
import io.ordersaga.transcoder.http.OwnPages;
import io.ordersaga.transcoder.http.Pipeline;
import io.ordersaga.transcoder.http.RequestBody;
import io.ordersaga.transcoder.http.RequestTime;
import io.ordersaga.transcoder.http.RpcChannel;
import io.ordersaga.transcoder.openapi.OpenApiDocument;
import io.ordersaga.transcoder.transcoding.Contracts;
import io.ordersaga.transcoder.transcoding.RequestReader;
import io.ordersaga.transcoder.transcoding.ResponseWriter;
import io.ordersaga.transcoder.transcoding.RouteCompiler;
import io.ordersaga.transcoder.transcoding.RouteTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.service.GrpcServiceConfigurer;
import org.springframework.grpc.server.service.GrpcServiceDiscoverer;

/// The operators' API over HTTP: every method of `saga.v1` with an http annotation is at `/api/v1/`, and
/// the document that describes them at `/api/v1/openapi.json`.
@Configuration(proxyBeanMethods = false)
class OperatorApiWiring {
    private static final String DESCRIPTOR_SET = "/META-INF/ordersaga/admin-proto.binpb";
    private static final String PATH = "/api/v1/";
    private static final String OPENAPI = PATH + "openapi.json";

    /// A caller is who the call's metadata says; see `BrowserSessions`.
    @Bean
    InProcessServices operatorServices(GrpcServiceDiscoverer services, GrpcServiceConfigurer interceptors) {
        return new InProcessServices(services.findServices().stream()
                .map(service -> interceptors.configure(service, null))
                .filter(service -> service.getServiceDescriptor().getName().startsWith("saga.v1."))
                .toList());
    }

    @Bean
    ServletRegistrationBean<Pipeline> operatorApi(
            CoordinatorConfig config, InProcessServices operators, BrowserSessions sessions, ErrorDomain domain)
            throws IOException {
        AdminSettings.Http http = config.admin().http();
        Contracts contracts = contracts();
        RouteTable routes = RouteCompiler.compile(contracts);
        Pipeline pipeline = new Pipeline(new Pipeline.Parts(
                domain.name(),
                openApi(ByteString.copyFrom(OpenApiDocument.of(contracts, routes))),
                routes,
                new RequestBody((int) http.bodyMax().toBytes()),
                new RequestTime(http.deadline(), http.deadlineMax()),
                new RequestReader(http.jsonDepth(), contracts.types()),
                new CallHeaders(List.of(), sessions),
                new RpcChannel(operators.channel(), contracts.services()),
                new ResponseWriter(contracts.types())));
        ServletRegistrationBean<Pipeline> registration = new ServletRegistrationBean<>(pipeline, PATH + "*");
        registration.setName("operatorApi");
        registration.setLoadOnStartup(1);
        return registration;
    }

    /// An encoded slash is part of a gid; the route table tells it from a separator.
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> slashesInGids() {
        return factory ->
                factory.addConnectorCustomizers(connector -> connector.setEncodedSolidusHandling("passthrough"));
    }

    private static Contracts contracts() throws IOException {
        try (InputStream descriptorSet = OperatorApiWiring.class.getResourceAsStream(DESCRIPTOR_SET)) {
            if (descriptorSet == null) {
                throw new IllegalStateException("The class path lacks " + DESCRIPTOR_SET);
            }
            return Contracts.read(descriptorSet);
        }
    }

    private static OwnPages openApi(ByteString document) {
        return (method, path) -> {
            if (!path.equals(OPENAPI)) {
                return Optional.empty();
            }
            if (!Set.of("GET", "HEAD").contains(method)) {
                throw Failures.wrongMethod(Set.of("GET", "HEAD")).asException();
            }
            return Optional.of(Answer.json(200, document, Map.of()));
        };
    }
}
