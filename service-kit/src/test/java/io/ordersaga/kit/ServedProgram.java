package io.ordersaga.kit;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.ordersaga.stock.v1.GetProductRequest;
import io.ordersaga.stock.v1.Product;
import io.ordersaga.stock.v1.StockServiceGrpc;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/// A whole program that does nothing but serve one contract over Netty, with a handler that a test scripts.
final class ServedProgram implements AutoCloseable {
    /// What the program does with a request.
    volatile Function<GetProductRequest, Product> handler = request -> Product.getDefaultInstance();

    private final ConfigurableApplicationContext context;
    private final ManagedChannel channel;

    ServedProgram(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putIfAbsent(
                "spring.autoconfigure.exclude",
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                        + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration");
        all.put("spring.config.import", "classpath:kit.yaml");
        all.put("spring.grpc.server.port", 0);
        all.put("server.port", 0);
        context = new SpringApplicationBuilder(Program.class)
                .initializers(context -> context.getBeanFactory().registerSingleton("servedProgram", this))
                .properties(all)
                .run();
        channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", context.getBean(GrpcServerLifecycle.class).getPort())
                .usePlaintext()
                .build();
    }

    ManagedChannel channel() {
        return channel;
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        context.close();
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(GrpcServing.class)
    static class Program {
        @Bean
        ErrorDomain errorDomain() {
            return new ErrorDomain("test.ordersaga");
        }

        @Bean
        StockServiceGrpc.StockServiceImplBase endpoint(ServedProgram program) {
            return new StockServiceGrpc.StockServiceImplBase() {
                @Override
                public void getProduct(GetProductRequest request, StreamObserver<Product> observer) {
                    observer.onNext(program.handler.apply(request));
                    observer.onCompleted();
                }
            };
        }
    }
}
