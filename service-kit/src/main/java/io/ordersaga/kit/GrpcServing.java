package io.ordersaga.kit;

import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerExecutorProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.grpc.server.GrpcServerFactory;
import org.springframework.grpc.server.ServerBuilderCustomizer;
import org.springframework.grpc.server.service.DefaultGrpcServiceConfigurer;
import org.springframework.grpc.server.service.GrpcServiceConfigurer;
import org.springframework.grpc.server.service.GrpcServiceSpec;

/// How our programs serve gRPC. A call passes, from the wire to the handler:
///
/// 1. observation (Boot's own, order 0): metrics and the trace
/// 2. [CallLogInterceptor]: gid and order id in the log, a line per branch call
/// 3. [FailureInterceptor]: exceptions become statuses with details
/// 4. [TimeLimitInterceptor]: the end of the caller's or our patience
/// 5. [IdentityInterceptor]: who is calling
/// 6. the branch context, when `BranchServing` is imported
/// 7. parsing of the request; grpc-java parses before any interceptor, so [ParsingInside] moves it here
/// 8. [OrderIdInterceptor] and [RequestValidation], which see the parsed request
///
/// The importing program has an [ErrorDomain] bean; [FailureMapping] beans add what else it can explain.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({GrpcLimits.class, IdentityConfig.class})
public class GrpcServing {
    static final int BRANCH_CONTEXT_ORDER = 400;

    /// A virtual thread per call: handlers may block. `spring.threads.virtual.enabled` does not reach them.
    @Bean
    GrpcServerExecutorProvider grpcServerExecutorProvider() {
        return Executors::newVirtualThreadPerTaskExecutor;
    }

    @Bean
    ServerBuilderCustomizer<NettyServerBuilder> callsPerConnection(GrpcLimits limits) {
        return builder -> builder.maxConcurrentCallsPerConnection(limits.callsPerConnection());
    }

    @Bean
    @Order(100)
    @GlobalServerInterceptor
    ServerInterceptor callLogInterceptor() {
        return new CallLogInterceptor();
    }

    @Bean
    @Order(200)
    @GlobalServerInterceptor
    ServerInterceptor failureInterceptor(ErrorDomain domain, ObjectProvider<FailureMapping> mappings) {
        return new FailureInterceptor(
                domain, new StatusMapper(domain, mappings.orderedStream().toList()));
    }

    @Bean
    @Order(300)
    @GlobalServerInterceptor
    ServerInterceptor timeLimitInterceptor(GrpcLimits limits, ScheduledExecutorService grpcCallTimer) {
        return new TimeLimitInterceptor(limits.callTimeLimit(), grpcCallTimer);
    }

    @Bean
    @Order(350)
    @GlobalServerInterceptor
    ServerInterceptor identityInterceptor(IdentityConfig config, ErrorDomain domain) {
        return new IdentityInterceptor(config, domain);
    }

    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService grpcCallTimer() {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("grpc-call-timer").daemon().factory());
    }

    @Bean
    GrpcServiceConfigurer grpcServiceConfigurer(ApplicationContext context, ErrorDomain domain) {
        return new ParsingInside(context, new RequestValidation(domain));
    }

    /// Lets the global interceptors handle raw bytes, so that a request that does not parse is theirs to answer too.
    private static final class ParsingInside extends DefaultGrpcServiceConfigurer {
        private final RequestValidation validation;

        ParsingInside(ApplicationContext context, RequestValidation validation) {
            super(context);
            this.validation = validation;
        }

        @Override
        public ServerServiceDefinition configure(GrpcServiceSpec spec, @Nullable GrpcServerFactory factory) {
            ServerServiceDefinition parsed = spec.service().bindService();
            validation.warmUp(parsed);
            ServerServiceDefinition raw = ServerInterceptors.useInputStreamMessages(
                    ServerInterceptors.interceptForward(parsed, new OrderIdInterceptor(), validation));
            return super.configure(new GrpcServiceSpec(() -> raw, spec.serviceInfo()), factory);
        }
    }
}
