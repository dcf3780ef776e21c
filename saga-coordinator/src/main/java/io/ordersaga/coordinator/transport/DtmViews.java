package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchProgress;
import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.MsgMode;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaMode;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.TccMode;
import io.ordersaga.coordinator.engine.WorkflowMode;
import io.ordersaga.coordinator.engine.XaMode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Stored sagas in the JSON of DTM's `/query` and `/all`: one row per saga, and one per branch in the order
/// compensation 1, action 1, compensation 2, action 2. Empty fields are left out, as DTM leaves them out.
final class DtmViews {

    private static final Step NO_STEP = new Step("", "", Bytes.EMPTY);

    private DtmViews() {}

    static ObjectNode transaction(StoredSaga stored) {
        Saga saga = stored.saga();
        SagaDefinition definition = saga.definition();
        ObjectNode view = Json.object();
        view.put("id", stored.id());
        view.put("create_time", time(stored.created()));
        view.put("update_time", time(stored.updated()));
        view.put("gid", saga.gid().value());
        view.put("trans_type", definition.mode().wireName());
        view.put("status", saga.status().wireName());
        view.put(
                "protocol",
                definition.protocol().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        stored.finished().ifPresent(finished -> view.put(nameOfEnd(saga.status()), time(finished)));
        saga.rejection().ifPresent(rejection -> view.put("rollback_reason", rejection.reason()));
        // DTM has no word for it; clients that do not know the field see a saga that is still running.
        saga.parked().ifPresent(reason -> view.put("parked", reason));
        Step first = definition.steps().isEmpty() ? NO_STEP : definition.steps().getFirst();
        if (first.isCheckBack() && !first.action().isEmpty()) {
            view.put("query_prepared", first.action());
        }
        if (!definition.extras().result().isEmpty()) {
            view.put("result", definition.extras().result().toText());
        }
        view.put("options", Json.text(options(definition)));
        String customData = customData(definition);
        if (!customData.isEmpty()) {
            view.put("custom_data", customData);
        }
        if (!definition.options().retryInterval().isZero()) {
            view.put("next_cron_interval", definition.options().retryInterval().toSeconds());
        }
        stored.ownership().ifPresent(ownership -> {
            view.put("next_cron_time", time(ownership.nextDue()));
            if (!ownership.owner().isEmpty()) {
                view.put("owner", ownership.owner());
            }
        });
        view.put("concurrent", definition.options().concurrent());
        return view;
    }

    static ArrayNode branches(StoredSaga stored) {
        Saga saga = stored.saga();
        ArrayNode rows = Json.array();
        for (int index = 0; index < saga.definition().steps().size(); index++) {
            Step step = saga.definition().steps().get(index);
            switch (saga.definition().mode()) {
                case SagaMode _, TccMode _, XaMode _ -> {
                    rows.add(branch(stored, index, Op.COMPENSATION, rows.size() + 1));
                    rows.add(branch(stored, index, Op.ACTION, rows.size() + 1));
                }
                case MsgMode _, WorkflowMode _ when step.isCheckBack() -> {}
                case MsgMode _ -> rows.add(branch(stored, index, Op.ACTION, rows.size() + 1));
                case WorkflowMode _ ->
                    rows.add(branch(stored, index, Op.ACTION, rows.size() + 1)
                            .put("status", step.label().recorded().wireName()));
            }
        }
        return rows;
    }

    private static String customData(SagaDefinition definition) {
        if (definition.mode() instanceof SagaMode && definition.options().concurrent()) {
            return CustomData.textOf(definition.options());
        }
        Duration delay = definition.extras().delay();
        return delay.isZero() ? definition.extras().customData() : "{\"delay\":" + delay.toSeconds() + "}";
    }

    /// What an application gets that prepares a workflow again.
    static ObjectNode progresses(StoredSaga stored) {
        ObjectNode body = Json.object();
        body.set("transaction", transaction(stored));
        ArrayNode progresses = body.putArray("progresses");
        branches(stored).forEach(progresses::add);
        return body;
    }

    private static ObjectNode branch(StoredSaga stored, int index, Op op, int id) {
        Step step = stored.saga().definition().steps().get(index);
        BranchProgress progress = stored.saga().progress().steps().get(index).of(op);
        ObjectNode row = Json.object();
        row.put("id", id);
        row.put("create_time", time(stored.created()));
        row.put("update_time", time(progress.finished().orElse(stored.created())));
        row.put("gid", stored.saga().gid().value());
        String url = op == Op.ACTION ? step.action() : step.compensation();
        if (!url.isEmpty()) {
            row.put("url", url);
        }
        if (!step.payload().isEmpty()) {
            row.put(
                    "bin_data",
                    Base64.getEncoder().encodeToString(step.payload().toArray()));
        }
        BranchCall call = new BranchCall(stored.saga().definition(), index, op, Optional.empty());
        row.put("branch_id", call.branchId());
        row.put("op", call.opName());
        row.put("status", progress.status().wireName());
        progress.finished()
                .ifPresent(finished -> row.put(
                        progress.status() == BranchStatus.FAILED ? "rollback_time" : "finish_time", time(finished)));
        return row;
    }

    private static ObjectNode options(SagaDefinition definition) {
        SagaOptions options = definition.options();
        ObjectNode view = Json.object();
        if (!options.timeoutToFail().isZero()) {
            view.put("timeout_to_fail", options.timeoutToFail().toSeconds());
        }
        if (!options.requestTimeout().isZero()) {
            view.put("request_timeout", options.requestTimeout().toSeconds());
        }
        if (!options.retryInterval().isZero()) {
            view.put("retry_interval", options.retryInterval().toSeconds());
        }
        if (!definition.branchHeaders().isEmpty()) {
            ObjectNode headers = view.putObject("branch_headers");
            for (Map.Entry<String, String> header : definition.branchHeaders().entrySet()) {
                headers.put(header.getKey(), header.getValue());
            }
        }
        view.put("concurrent", options.concurrent());
        if (options.retryLimit() > 0) {
            view.put("retry_limit", options.retryLimit());
        }
        return view;
    }

    private static String nameOfEnd(SagaStatus status) {
        return status == SagaStatus.SUCCEEDED ? "finish_time" : "rollback_time";
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
