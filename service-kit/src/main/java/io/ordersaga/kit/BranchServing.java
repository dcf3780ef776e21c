package io.ordersaga.kit;

import io.grpc.ServerInterceptor;
import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BranchContextInterceptor;
import io.ordersaga.saga.client.BranchOngoingException;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.saga.client.InvalidBranchException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;

/// What a program needs beside [GrpcServing] and [DatabaseAccess] to be called by the coordinator: the branch context
/// of
/// the call, the barrier around the work, and the answers to both.
@Configuration(proxyBeanMethods = false)
@Import(BranchHttpServing.class)
public class BranchServing {
    @Bean
    @Order(GrpcServing.BRANCH_CONTEXT_ORDER)
    @GlobalServerInterceptor
    ServerInterceptor branchContextInterceptor() {
        return new BranchContextInterceptor();
    }

    @Bean
    BranchTransactions branchTransactions(DataSource pool, Jdbi jdbi, Connections connections) {
        return new BranchTransactions(new Barrier(pool), jdbi, connections);
    }

    @Bean
    FailureMapping branchFailures(ErrorDomain domain) {
        return failure -> switch (failure) {
            case BranchRefusedException refusal -> Optional.of(refusal.toStatus());
            case BranchOngoingException ongoing -> Optional.of(ongoing.toStatus());
            case InvalidBranchException e ->
                Optional.of(
                        domain.invalidField("dtm-" + e.field(), e.description()).toStatus());
            default -> Optional.empty();
        };
    }
}
