package io.ordersaga.coordinator.admin.page;

import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.v1.Batch;
import io.ordersaga.saga.v1.CreateBatchRequest;
import io.ordersaga.saga.v1.DryRunBatchRequest;
import io.ordersaga.saga.v1.DryRunBatchResponse;
import io.ordersaga.saga.v1.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.web.servlet.function.ServerResponse;

/// One operation for all that a filter selects: what it would be about is shown before anything is done.
final class NewBatchPage {

    private static final List<Operation.Kind> KINDS = List.of(
            Operation.Kind.RETRY,
            Operation.Kind.RELEASE,
            Operation.Kind.PAUSE,
            Operation.Kind.RESUME,
            Operation.Kind.PARK,
            Operation.Kind.ROLL_BACK,
            Operation.Kind.EXTEND_DEADLINE,
            Operation.Kind.ADD_NOTE,
            Operation.Kind.DELETE);

    private static final List<String> ANSWERS = List.of("filter", "kind", "reason", "rate", "by");
    private static final String RATE_DEFAULT = "50";
    /// A filter that says so; the API takes no empty one.
    static final String ALL = "gid=*";

    private NewBatchPage() {}

    private record Form(List<DialogView.Field> fields) {}

    /// @param count as far as it was counted; empty when it was not
    private record Preview(
            String wrong,
            String count,
            String about,
            List<Sample> sample,
            boolean fits,
            boolean all,
            Map<String, String> hidden,
            String confirm) {}

    private record Sample(StateView state, String gid, String href, String text) {}

    static ServerResponse show(Visit visit) {
        Operation.Kind asked = OperationPages.kind(visit);
        List<DialogView.Option> kinds = KINDS.stream()
                .map(kind -> new DialogView.Option(kind.name(), visit.text("operation." + kind.name())))
                .toList();
        List<DialogView.Field> fields = new ArrayList<>();
        fields.add(DialogView.Field.line("filter", visit.text("filter"), visit.text("batch.filter.help"), false)
                .valued(visit.parameter("filter")));
        fields.add(DialogView.Field.select("kind", visit.text("batch.kind"), kinds, asked.name()));
        fields.add(OperationPages.reason(visit, false));
        fields.add(new DialogView.Field(
                "rate", "number", visit.text("batch.rate.field"), "", RATE_DEFAULT, List.of(), true));
        DialogView.Field by = OperationPages.extension(visit);
        fields.add(new DialogView.Field(
                by.name(), by.kind(), by.label(), visit.text("batch.by.help"), by.value(), by.options(), true));
        return visit.page("batch", "operations", new Form(fields));
    }

    static ServerResponse preview(Visit visit) {
        Operation.Kind kind = OperationPages.kind(visit);
        try {
            DryRunBatchResponse found = visit.backend()
                    .selectingBatches()
                    .dryRunBatch(DryRunBatchRequest.newBuilder()
                            .setFilter(visit.parameter("filter"))
                            .setOperation(kind)
                            .build());
            return part(visit, 200, of(visit, kind, found));
        } catch (StatusRuntimeException failure) {
            ApiFailure why = ApiFailure.of(failure);
            return part(visit, why.httpStatus(), refused(why.text(visit.formats())));
        }
    }

    private static Preview of(Visit visit, Operation.Kind kind, DryRunBatchResponse found) {
        Formats formats = visit.formats();
        String count = formats.count(found.getCount()) + (found.getAtLeast() ? "+" : "");
        Map<String, String> hidden = new LinkedHashMap<>();
        ANSWERS.forEach(name -> hidden.put(name, visit.parameter(name)));
        // Pressing twice makes one batch.
        hidden.put("request", UUID.randomUUID().toString());
        // What is selected when it is made may be no more than what is shown here.
        hidden.put("expected", String.valueOf(found.getCount()));
        boolean fits = found.getFits() && found.getCount() > 0;
        boolean all = visit.parameter("filter").isBlank();
        String about = fits
                ? visit.text(all ? "batch.about.all" : "batch.about")
                : found.getCount() == 0
                        ? visit.text("batch.about.none")
                        : visit.text("batch.toomany", formats.count(found.getTransactionsMax()));
        return new Preview(
                "",
                count,
                about,
                found.getSampleList().stream()
                        .map(one -> new Sample(
                                StateView.of(one.getStatus(), one.getHold()),
                                one.getGid(),
                                Links.transaction(one.getGid()),
                                one.getAllowed() ? visit.text("batch.allowed.yes") : one.getText()))
                        .toList(),
                fits,
                all,
                hidden,
                visit.text("batch.confirm", visit.text("operation." + kind.name()), count));
    }

    private static Preview refused(String why) {
        return new Preview(why, "", "", List.of(), false, false, Map.of(), "");
    }

    private static ServerResponse part(Visit visit, int status, Preview preview) {
        return Desk.part(status)
                .body(visit.desk()
                        .rendering()
                        .part("batch", "preview", visit.formats(), visit.frame("operations"), Map.of("view", preview)));
    }

    static ServerResponse create(Visit visit) {
        Operation.Kind kind = OperationPages.kind(visit);
        CreateBatchRequest.Builder request = CreateBatchRequest.newBuilder()
                .setFilter(visit.parameter("all").equals("true") ? ALL : visit.parameter("filter"))
                .setOperation(kind)
                .setExpectedCount(Math.max(0, OperationPages.number(visit.parameter("expected"))))
                .setReason(visit.parameter("reason"))
                .setRate(OperationPages.number(visit.parameter("rate")))
                .setRequestId(visit.parameter("request"));
        if (kind == Operation.Kind.EXTEND_DEADLINE) {
            request.setDeadlineBy(OperationPages.seconds(visit.parameter("by")));
        }
        try {
            Batch batch = visit.backend().selectingBatches().createBatch(request.build());
            return visit.goTo("/operation?id=" + Links.encoded(batch.getBatchId()));
        } catch (StatusRuntimeException failure) {
            ApiFailure why = ApiFailure.of(failure);
            return part(visit, why.httpStatus(), refused(why.text(visit.formats())));
        }
    }
}
