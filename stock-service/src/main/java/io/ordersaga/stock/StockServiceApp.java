package io.ordersaga.stock;

import io.ordersaga.kit.BranchServing;
import io.ordersaga.kit.DatabaseAccess;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.GrpcServing;
import io.ordersaga.kit.IdempotencyServing;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// The products, their prices and what is left of them.
@SpringBootApplication
@EnableConfigurationProperties(StockConfig.class)
@Import({GrpcServing.class, BranchServing.class, DatabaseAccess.class, IdempotencyServing.class})
public class StockServiceApp {
    static final ErrorDomain DOMAIN = new ErrorDomain("stock.ordersaga");

    public static void main(String[] args) {
        SpringApplication.run(StockServiceApp.class, args);
    }

    @Bean
    ErrorDomain errorDomain() {
        return DOMAIN;
    }

    /// Each call borrows a connection for one statement; [StockBranches] has a table inside of a
    /// transaction.
    @Bean
    StockTable stockTable(Jdbi jdbi) {
        return jdbi.onDemand(StockTable.class);
    }
}
