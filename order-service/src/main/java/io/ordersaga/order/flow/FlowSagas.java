package io.ordersaga.order.flow;

import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.kit.BranchRoutes;
import io.ordersaga.order.Order;
import io.ordersaga.order.OrderConfig;
import io.ordersaga.order.TraceParent;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.saga.client.Saga;
import io.ordersaga.saga.client.SagaRefusedException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands sagas to the coordinator. What a saga is about is stored before, so an answer that does not come
/// costs nothing but time: [FlowSweeper] hands it over again. Thread-safe.
final class FlowSagas {
    private static final Logger log = LoggerFactory.getLogger(FlowSagas.class);

    /// Metadata of every branch call: what the saga does and which version of it this is, such as
    /// `cancel/1`.
    static final String DEFINITION_HEADER = "saga-definition";

    /// What the coordinator said to a saga.
    enum Answer {
        /// It runs, as before or from now on; or it is not known.
        RUNS,
        /// It ended, and was rolled back.
        FAILED,
        /// It ended well.
        SUCCEEDED,
        /// Nothing; the coordinator is down or busy.
        NONE
    }

    /// @param refusal why the saga was rolled back, if the coordinator says so
    record Reply(Answer answer, Optional<Status> refusal) {}

    private final DtmClient coordinator;
    private final OrderConfig.Branches branches;
    private final Duration submitDeadline;
    private final Duration outcomeWait;

    FlowSagas(DtmClient coordinator, OrderConfig config, FlowConfig flow) {
        this.coordinator = coordinator;
        this.branches = config.branches();
        this.submitDeadline = config.placement().submitDeadline();
        this.outcomeWait = flow.outcomeWait();
    }

    /// A saga without steps.
    ///
    /// @param definition `kind/version`, and how it is called; see [io.ordersaga.kit.BranchTransport]
    static Saga begin(String gid, String definition, Order order, Optional<String> traceParent) {
        Saga saga = Saga.of(gid)
                .businessKey("order:" + order.orderId())
                .tag("user", order.userId())
                .tag("saga", definition.substring(0, definition.indexOf('/')))
                .branchHeader(DEFINITION_HEADER, definition);
        return traceParent.isPresent() ? saga.branchHeader(TraceParent.HEADER, traceParent.get()) : saga;
    }

    /// The definition of new sagas with these steps.
    String definition(String steps) {
        return branches.transport().definition(steps);
    }

    /// Where the branches of a saga of this definition are.
    BranchRoutes routes(String definition) {
        return branches.of(definition);
    }

    /// Hands the saga over and waits a moment for its end. How it went, the rows tell.
    void submitAndWait(Saga saga) {
        try {
            coordinator.submit(saga.waitResult(true), outcomeWait);
        } catch (SagaRefusedException | StatusRuntimeException e) {
            log.info("Saga {} has not succeeded yet: {}", saga.gid(), e.getMessage());
        }
    }

    /// Hands the saga over.
    Reply submit(Saga saga) {
        try {
            coordinator.submit(saga, submitDeadline);
            return new Reply(Answer.RUNS, Optional.empty());
        } catch (SagaRefusedException e) {
            Answer answer = switch (e.standing().orElse("")) {
                case "failed" -> Answer.FAILED;
                case "succeed" -> Answer.SUCCEEDED;
                default -> Answer.RUNS;
            };
            log.info("The coordinator does not take saga {} again: {}", saga.gid(), e.getMessage());
            return new Reply(answer, Optional.of(e.status()));
        } catch (StatusRuntimeException e) {
            log.warn("Saga {} could not be submitted: {}", saga.gid(), e.getMessage());
            return new Reply(DtmClient.isDown(e) ? Answer.NONE : Answer.RUNS, Optional.empty());
        }
    }
}
