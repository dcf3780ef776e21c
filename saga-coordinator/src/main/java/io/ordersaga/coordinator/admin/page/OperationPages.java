package io.ordersaga.coordinator.admin.page;

import com.google.protobuf.Duration;
import io.ordersaga.saga.v1.AddNoteRequest;
import io.ordersaga.saga.v1.Availability;
import io.ordersaga.saga.v1.BranchOperationRequest;
import io.ordersaga.saga.v1.ExtendDeadlineRequest;
import io.ordersaga.saga.v1.ForcedOperationRequest;
import io.ordersaga.saga.v1.GetOperationsRequest;
import io.ordersaga.saga.v1.Operation;
import io.ordersaga.saga.v1.OperationRequest;
import io.ordersaga.saga.v1.OperationResult;
import io.ordersaga.saga.v1.PreviewRollBackRequest;
import io.ordersaga.saga.v1.RollBackPreview;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.web.servlet.function.ServerResponse;

/// What can be done about one transaction: a dialog that says what will happen, and the doing.
final class OperationPages {

    private static final String DEFAULT_EXTENSION = "1800";

    private OperationPages() {}

    static ServerResponse ask(Visit visit) {
        return visit.dialog(question(visit));
    }

    static ServerResponse answer(Visit visit) {
        Operation.Kind kind = kind(visit);
        run(visit, kind);
        String done = visit.text("done.operation", visit.text("operation." + kind.name()));
        return kind == Operation.Kind.DELETE ? visit.goTo("/transactions") : visit.done(done);
    }

    static Operation.Kind kind(Visit visit) {
        try {
            return Operation.Kind.valueOf(visit.parameter("kind").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            return Operation.Kind.KIND_UNSPECIFIED;
        }
    }

    static DialogView question(Visit visit) {
        String gid = visit.parameter("gid");
        Operation.Kind kind = kind(visit);
        OperationResult now = visit.backend()
                .operations()
                .getOperations(GetOperationsRequest.newBuilder().setGid(gid).build());
        Map<String, String> hidden = new LinkedHashMap<>();
        hidden.put("gid", gid);
        hidden.put("kind", kind.name());
        String etag = now.getEtag();
        List<DialogView.Step> undone = List.of();
        String text = visit.text("operation." + kind.name() + ".text");
        if (kind == Operation.Kind.ROLL_BACK) {
            RollBackPreview preview = visit.backend()
                    .operations()
                    .previewRollBack(
                            PreviewRollBackRequest.newBuilder().setGid(gid).build());
            undone = undone(visit, preview);
            etag = preview.getEtag();
            text = undone.isEmpty() ? visit.text("rollback.nothing") : text;
        }
        if (OperationView.isDangerous(kind)) {
            hidden.put("etag", etag);
        }
        DialogView dialog = DialogView.question(
                        visit.text("operation." + kind.name()), text, "/transaction/operation", hidden)
                .undoing(undone)
                .asking(fields(visit, kind, now).toArray(DialogView.Field[]::new));
        return OperationView.isDangerous(kind) ? dialog.dangerous() : dialog;
    }

    private static List<DialogView.Step> undone(Visit visit, RollBackPreview preview) {
        return preview.getStepsList().stream()
                .map(step -> new DialogView.Step(
                        (step.getStep() + 1) + "  "
                                + BranchName.of(step.getActionUrl()).both()
                                + (step.getCanBeUndone()
                                        ? "  ↩  "
                                                + BranchName.of(step.getCompensationUrl())
                                                        .name()
                                        : ""),
                        visit.text("known." + step.getKnown().name())
                                + (step.getCanBeUndone() ? "" : " " + visit.text("rollback.stays"))))
                .toList();
    }

    private static List<DialogView.Field> fields(Visit visit, Operation.Kind kind, OperationResult now) {
        List<DialogView.Field> fields = new ArrayList<>();
        Availability available = now.getOperationsList().stream()
                .filter(one -> one.getOperation() == kind)
                .findFirst()
                .orElse(Availability.getDefaultInstance());
        if (kind == Operation.Kind.FORCE_BRANCH || kind == Operation.Kind.SKIP_BRANCH) {
            List<DialogView.Option> steps = available.getStepsList().stream()
                    .map(step -> new DialogView.Option(
                            String.valueOf(step), visit.text("step.number", String.valueOf(step + 1))))
                    .toList();
            fields.add(DialogView.Field.select("step", visit.text("field.step"), steps, ""));
        }
        if (kind == Operation.Kind.EXTEND_DEADLINE) {
            fields.add(extension(visit));
        }
        if (kind == Operation.Kind.ADD_NOTE) {
            fields.add(new DialogView.Field(
                    "reason", "area", visit.text("field.note"), visit.text("field.note.help"), "", List.of(), true));
        } else {
            fields.add(reason(visit, available.getNeedsReason()));
        }
        return fields;
    }

    static DialogView.Field extension(Visit visit) {
        List<DialogView.Option> spans = List.of("300", "1800", "3600", "21600", "86400").stream()
                .map(seconds -> new DialogView.Option(
                        seconds, visit.formats().span(java.time.Duration.ofSeconds(Long.parseLong(seconds)))))
                .toList();
        return DialogView.Field.select("by", visit.text("field.by"), spans, DEFAULT_EXTENSION);
    }

    static DialogView.Field reason(Visit visit, boolean needed) {
        return new DialogView.Field(
                "reason",
                "area",
                visit.text("field.reason"),
                visit.text(needed ? "field.reason.needed" : "field.reason.help"),
                "",
                List.of(),
                needed);
    }

    static Duration seconds(String text) {
        try {
            return Duration.newBuilder()
                    .setSeconds(Long.parseLong(text.strip()))
                    .build();
        } catch (NumberFormatException noNumber) {
            // The API refuses it and names the field.
            return Duration.getDefaultInstance();
        }
    }

    static int number(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException noNumber) {
            return -1;
        }
    }

    private static void run(Visit visit, Operation.Kind kind) {
        var operations = visit.backend().operations();
        switch (kind) {
            case RETRY -> operations.retryTransaction(plain(visit));
            case PAUSE -> operations.pauseTransaction(plain(visit));
            case RESUME -> operations.resumeTransaction(plain(visit));
            case PARK -> operations.parkTransaction(plain(visit));
            case RELEASE -> operations.releaseTransaction(plain(visit));
            case ROLL_BACK -> operations.rollBackTransaction(forced(visit));
            case DELETE -> operations.deleteTransaction(forced(visit));
            case FORCE_BRANCH -> operations.forceBranch(branch(visit));
            case SKIP_BRANCH -> operations.skipBranch(branch(visit));
            case EXTEND_DEADLINE ->
                operations.extendDeadline(ExtendDeadlineRequest.newBuilder()
                        .setGid(visit.parameter("gid"))
                        .setReason(visit.parameter("reason"))
                        .setBy(seconds(visit.parameter("by")))
                        .build());
            case ADD_NOTE ->
                operations.addNote(AddNoteRequest.newBuilder()
                        .setGid(visit.parameter("gid"))
                        .setText(visit.parameter("reason"))
                        .build());
            case KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw io.grpc.Status.INVALID_ARGUMENT
                        .withDescription("kind: no such operation")
                        .asRuntimeException();
        }
    }

    private static OperationRequest plain(Visit visit) {
        return OperationRequest.newBuilder()
                .setGid(visit.parameter("gid"))
                .setReason(visit.parameter("reason"))
                .build();
    }

    private static ForcedOperationRequest forced(Visit visit) {
        return ForcedOperationRequest.newBuilder()
                .setGid(visit.parameter("gid"))
                .setEtag(visit.parameter("etag"))
                .setReason(visit.parameter("reason"))
                .build();
    }

    private static BranchOperationRequest branch(Visit visit) {
        return BranchOperationRequest.newBuilder()
                .setGid(visit.parameter("gid"))
                .setEtag(visit.parameter("etag"))
                .setReason(visit.parameter("reason"))
                .setStep(number(visit.parameter("step")))
                .build();
    }
}
