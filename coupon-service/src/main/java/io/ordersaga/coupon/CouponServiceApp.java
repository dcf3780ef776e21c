package io.ordersaga.coupon;

import io.ordersaga.kit.BranchServing;
import io.ordersaga.kit.DatabaseAccess;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.GrpcServing;
import io.ordersaga.kit.IdempotencyServing;
import io.ordersaga.kit.IdempotentRequests;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

/// The coupons that users hold, and the templates that they are claimed from.
@SpringBootApplication
@EnableConfigurationProperties(CouponConfig.class)
@Import({GrpcServing.class, BranchServing.class, DatabaseAccess.class, IdempotencyServing.class})
public class CouponServiceApp {
    static final ErrorDomain DOMAIN = new ErrorDomain("coupon.ordersaga");

    public static void main(String[] args) {
        SpringApplication.run(CouponServiceApp.class, args);
    }

    @Bean
    ErrorDomain errorDomain() {
        return DOMAIN;
    }

    /// Each call borrows a connection for one statement; [CouponBranches] has a table inside of a
    /// transaction.
    @Bean
    CouponTable couponTable(Jdbi jdbi) {
        return jdbi.onDemand(CouponTable.class);
    }

    @Bean
    ExpireCoupons expireCoupons(IdempotentRequests transactions, CouponConfig config) {
        return new ExpireCoupons(transactions, config.expiry());
    }

    @Bean
    SchedulingConfigurer schedule(ExpireCoupons expireCoupons, CouponConfig config) {
        return tasks ->
                tasks.addFixedDelayTask(expireCoupons::run, config.expiry().interval());
    }
}
