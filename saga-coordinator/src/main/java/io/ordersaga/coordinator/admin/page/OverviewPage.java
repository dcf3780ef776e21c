package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.GetOverviewRequest;
import io.ordersaga.saga.v1.Overview;
import org.springframework.web.servlet.function.ServerResponse;

/// How all transactions are doing.
final class OverviewPage {

    static final String QUESTION = "overview";

    private OverviewPage() {}

    static ServerResponse show(Visit visit) {
        Overview overview = visit.shared(
                Overview.class,
                QUESTION,
                () -> visit.backend().transactions().getOverview(GetOverviewRequest.getDefaultInstance()));
        return visit.page("overview", "overview", OverviewView.of(overview, visit.formats()));
    }
}
