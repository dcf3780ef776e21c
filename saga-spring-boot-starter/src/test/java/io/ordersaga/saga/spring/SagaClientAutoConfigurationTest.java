package io.ordersaga.saga.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BranchConnections;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.BranchContextInterceptor;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.saga.client.Msg;
import io.ordersaga.saga.client.MsgOutcome;
import io.ordersaga.saga.client.Payload;
import io.ordersaga.saga.client.Tcc;
import io.ordersaga.saga.client.TccBranch;
import io.ordersaga.testkit.ArchitectureRules;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.ScriptedParticipant;
import io.ordersaga.testkit.TestDatabase;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.DelegatingDataSource;

@DatabaseTest
class SagaClientAutoConfigurationTest {
    private final ApplicationContextRunner program = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DataSourceTransactionManagerAutoConfiguration.class, SagaClientAutoConfiguration.class));

    @Test
    void clientTalksToTheCoordinatorOfTheProperties(TestDatabase database) {
        database.migrate("classpath:db/barrier");
        database.update("CREATE TABLE effect (amount INT NOT NULL)");
        try (ScriptedParticipant server = ScriptedParticipant.start()) {
            program.withBean(DataSource.class, () -> kept(database))
                    .withPropertyValues("ordersaga.saga-client.coordinator=127.0.0.1:" + server.port())
                    .run(context -> {
                        DtmClient client = context.getBean(DtmClient.class);
                        Barrier barrier = context.getBean(Barrier.class);
                        JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
                        TccBranch branch = new TccBranch(server.url("a.B/Try"), "", "");

                        client.tcc(Tcc.of("t"), branches -> branches.call(branch, Payload.EMPTY));
                        MsgOutcome outcome = client.doAndSubmit(
                                Msg.of("m").deliver("a:1/b.C/D", Payload.EMPTY).queryPrepared("a:1/b.C/Q"),
                                barrier,
                                _ -> jdbc.update("INSERT INTO effect VALUES (1)"));

                        assertThat(outcome).isEqualTo(MsgOutcome.SUBMITTED);
                        assertThat(context).hasSingleBean(BranchContextInterceptor.class);
                        assertThat(context).doesNotHaveBean(HealthIndicator.class);
                    });
            assertThat(server.methods())
                    .containsExactly(
                            "dtmgimp.Dtm/Prepare",
                            "dtmgimp.Dtm/RegisterBranch",
                            "a.B/Try",
                            "dtmgimp.Dtm/Submit",
                            "dtmgimp.Dtm/Prepare",
                            "dtmgimp.Dtm/Submit");
            assertThat(database.rows("SELECT COUNT(*) FROM effect")).containsExactly("1");
        }
    }

    @Test
    void barrierUsesDtmsTableWhenToldTo(TestDatabase database) {
        program.withBean(DataSource.class, () -> kept(database))
                .withPropertyValues("ordersaga.saga-client.barrier-table=" + database.name() + ".nowhere")
                .run(context -> assertThatThrownBy(() -> context.getBean(Barrier.class)
                                .of(new BranchContext("g", "saga", "01", "action"))
                                .call(_ -> {}))
                        .hasMessageContaining("nowhere"));
    }

    @Test
    void healthIsAskedForOnDemand() {
        try (ScriptedParticipant server = ScriptedParticipant.start()) {
            server.next("dtmgimp.Dtm/NewGid", Status.UNAVAILABLE);
            program.withPropertyValues(
                            "ordersaga.saga-client.coordinator=127.0.0.1:" + server.port(),
                            "management.health.saga-coordinator.enabled=true")
                    .run(context -> {
                        HealthIndicator health = context.getBean(HealthIndicator.class);
                        assertThat(String.valueOf(health.health())).contains("DOWN", "UNAVAILABLE");
                        assertThat(String.valueOf(health.health())).contains("UP");
                    });
        }
    }

    @Test
    void initiatorNeedsNoDatabaseAndNoServer() {
        program.withClassLoader(new FilteredClassLoader(
                        DataSourceUtils.class, GlobalServerInterceptor.class, HealthIndicator.class))
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(DtmClient.class);
                    assertThat(context).doesNotHaveBean(Barrier.class);
                    assertThat(context).doesNotHaveBean(BranchContextInterceptor.class);
                });
    }

    @Test
    void beansOfTheProgramComeFirst() {
        BranchConnections mine = BranchConnections.plaintext(Duration.ofSeconds(1));

        program.withBean(BranchConnections.class, () -> mine)
                .run(context ->
                        assertThat(context.getBean(BranchConnections.class)).isSameAs(mine));
    }

    @Test
    void mistakesAreNamedAtTheStart() {
        assertStartFails("ordersaga.saga-client.deadline=0s", "ordersaga.saga-client.deadline");
        assertStartFails("ordersaga.saga-client.branch-deadline=-1s", "ordersaga.saga-client.branch-deadline");
        assertStartFails("ordersaga.saga-client.coordinator=", "ordersaga.saga-client.coordinator");
        assertStartFails("ordersaga.saga-client.adress=a:1", "adress");
    }

    /// The pool stays open when the context closes.
    private static DataSource kept(TestDatabase database) {
        return new DelegatingDataSource(database.dataSource());
    }

    private void assertStartFails(String property, String named) {
        program.withPropertyValues(property)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining(named));
    }

    @Test
    void keepsTheRulesOfEveryModule() {
        ArchitectureRules.checkModule("io.ordersaga.saga.spring");
    }
}
