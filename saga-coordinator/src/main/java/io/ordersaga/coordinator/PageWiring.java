package io.ordersaga.coordinator;

import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.ordersaga.coordinator.admin.page.PageRoutes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.service.GrpcServiceConfigurer;
import org.springframework.grpc.server.service.GrpcServiceSpec;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/// The admin page, put together: it asks the same services as everybody outside, through the same interceptors, but
/// without a wire.
@Configuration(proxyBeanMethods = false)
class PageWiring {

    private static final String API = "saga.v1.";

    /// The services of the operators' API within this program.
    record PageApi(Server server, ManagedChannel channel, ExecutorService threads) implements AutoCloseable {

        Channel asChannel() {
            return channel;
        }

        @Override
        public void close() {
            channel.shutdownNow();
            server.shutdownNow();
            threads.shutdown();
        }
    }

    @Bean
    PageApi pageApi(ObjectProvider<BindableService> services, GrpcServiceConfigurer configurer) {
        String name = InProcessServerBuilder.generateName();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        InProcessServerBuilder server = InProcessServerBuilder.forName(name).executor(threads);
        services.stream()
                .filter(service -> service.bindService()
                        .getServiceDescriptor()
                        .getName()
                        .startsWith(API))
                .forEach(service ->
                        server.addService(configurer.configure(new GrpcServiceSpec(service, null), null)));
        try {
            return new PageApi(
                    server.build().start(),
                    InProcessChannelBuilder.forName(name).directExecutor().build(),
                    threads);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Bean
    RouterFunction<ServerResponse> pageRoutes(PageApi api, CoordinatorConfig config) {
        return new PageRoutes(api.asChannel(), config.admin().page(), InstantSource.system()).routes();
    }
}
