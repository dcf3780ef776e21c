package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.Availability;
import io.ordersaga.saga.v1.Operation;
import io.ordersaga.saga.v1.OperationResult;
import io.ordersaga.saga.v1.Role;
import java.util.List;

/// A button for an operation. Which there are and why one cannot be pressed is what the API's operation table says;
/// those that the viewer has no role for are not there at all.
///
/// @param name of the operation, and of the text `operation.<name>`
/// @param whyNot empty when it may be done
/// @param front whether it stands on the page and not in the menu
record OperationView(
        String name, String href, boolean allowed, String whyNot, boolean danger, String icon, boolean front) {

    static List<OperationView> of(String gid, OperationResult result, Role role, Formats formats) {
        return result.getOperationsList().stream()
                .filter(one -> role.getNumber() >= one.getLeastRole().getNumber())
                .filter(one -> one.getOperation() != Operation.Kind.KIND_UNSPECIFIED
                        && one.getOperation() != Operation.Kind.UNRECOGNIZED)
                .map(one -> button(gid, one, formats))
                .toList();
    }

    private static OperationView button(String gid, Availability one, Formats formats) {
        String name = one.getOperation().name();
        String why = one.getAllowed()
                ? ""
                : formats.texts()
                        .sentence(formats.language(), "denial." + one.getDenial(), java.util.Map.of())
                        .orElse(one.getText());
        return new OperationView(
                name,
                "/transaction/operation?gid=" + Links.encoded(gid) + "&kind=" + name,
                one.getAllowed(),
                why,
                isDangerous(one.getOperation()),
                icon(one.getOperation()),
                isInFront(one));
    }

    static boolean isDangerous(Operation.Kind kind) {
        return switch (kind) {
            case ROLL_BACK, FORCE_BRANCH, SKIP_BRANCH, DELETE -> true;
            case RETRY, PAUSE, RESUME, PARK, RELEASE, EXTEND_DEADLINE, ADD_NOTE, KIND_UNSPECIFIED, UNRECOGNIZED ->
                false;
        };
    }

    /// What is done every day stands in front; of two that undo each other, the one that can be done.
    private static boolean isInFront(Availability one) {
        return switch (one.getOperation()) {
            case RETRY, ROLL_BACK -> true;
            case RESUME, RELEASE -> one.getAllowed();
            case PAUSE -> one.getAllowed();
            case PARK, FORCE_BRANCH, SKIP_BRANCH, EXTEND_DEADLINE, ADD_NOTE, DELETE, KIND_UNSPECIFIED, UNRECOGNIZED ->
                false;
        };
    }

    private static String icon(Operation.Kind kind) {
        return switch (kind) {
            case RETRY -> "retry";
            case PAUSE -> "pause";
            case RESUME, RELEASE -> "resume";
            case ROLL_BACK -> "back";
            case PARK, FORCE_BRANCH, SKIP_BRANCH, EXTEND_DEADLINE, ADD_NOTE, DELETE, KIND_UNSPECIFIED, UNRECOGNIZED ->
                "more";
        };
    }
}
