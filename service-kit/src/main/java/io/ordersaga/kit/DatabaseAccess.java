package io.ordersaga.kit;

import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// JDBI with SQL objects over the program's pool, at READ COMMITTED, and the answers to database trouble. Settings are
/// in `kit-database.yaml`.
@Configuration(proxyBeanMethods = false)
public class DatabaseAccess {
    @Bean
    Connections databaseConnections(DataSource pool) {
        return new Connections(pool);
    }

    @Bean
    Jdbi jdbi(Connections connections) {
        return Jdbi.create(connections).installPlugin(new SqlObjectPlugin());
    }

    @Bean
    FailureMapping databaseFailures(ErrorDomain domain) {
        return new DatabaseFailures(domain);
    }
}
