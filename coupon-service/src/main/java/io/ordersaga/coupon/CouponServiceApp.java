package io.ordersaga.coupon;

import io.ordersaga.kit.BranchServing;
import io.ordersaga.kit.DatabaseAccess;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.GrpcServing;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// The coupons that users hold.
@SpringBootApplication
@Import({GrpcServing.class, BranchServing.class, DatabaseAccess.class})
public class CouponServiceApp {
    static final ErrorDomain DOMAIN = new ErrorDomain("coupon.ordersaga");

    public static void main(String[] args) {
        SpringApplication.run(CouponServiceApp.class, args);
    }

    @Bean
    ErrorDomain errorDomain() {
        return DOMAIN;
    }

    /// Each call borrows a connection for one statement; [CouponBranches] has a table inside of a transaction.
    @Bean
    CouponTable couponTable(Jdbi jdbi) {
        return jdbi.onDemand(CouponTable.class);
    }
}
