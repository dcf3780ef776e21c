package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.GetOverviewRequest;
import io.ordersaga.saga.v1.Overview;
import java.time.Duration;
import org.springframework.web.servlet.function.ServerResponse;

/// How all transactions are doing.
final class OverviewPage {

    static final String QUESTION = "overview";

    private OverviewPage() {}

    static ServerResponse show(Visit visit) {
        Duration fresh = visit.desk().settings().overviewFreshness();
        Overview overview = visit.shared(
                Overview.class,
                QUESTION,
                fresh,
                () -> visit.backend().transactions().getOverview(GetOverviewRequest.getDefaultInstance()));
        return visit.page("overview", "overview", OverviewView.of(overview, visit.formats()));
    }
}
