package io.ordersaga.pay;

import io.ordersaga.kit.BranchServing;
import io.ordersaga.kit.DatabaseAccess;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.GrpcServing;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// The payments of the orders, one each.
@SpringBootApplication
@Import({GrpcServing.class, BranchServing.class, DatabaseAccess.class})
public class PayServiceApp {
    static final ErrorDomain DOMAIN = new ErrorDomain("pay.ordersaga");

    public static void main(String[] args) {
        SpringApplication.run(PayServiceApp.class, args);
    }

    @Bean
    ErrorDomain errorDomain() {
        return DOMAIN;
    }

    /// Each call borrows a connection for one statement; [PayBranches] has a table inside of a transaction.
    @Bean
    PayTable payTable(Jdbi jdbi) {
        return jdbi.onDemand(PayTable.class);
    }
}
