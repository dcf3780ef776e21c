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
        List<Availability> shown = result.getOperationsList().stream()
                .filter(one -> role.getNumber() >= one.getLeastRole().getNumber())
                .filter(one -> one.getOperation() != Operation.Kind.KIND_UNSPECIFIED
                        && one.getOperation() != Operation.Kind.UNRECOGNIZED)
                .toList();
        Operation.Kind hold = hold(shown);
        return shown.stream().map(one -> button(gid, one, hold, formats)).toList();
    }

    /// Of those that undo each other the one that can be done: they have one place together, so that no other button
    /// moves when the transaction is paused or parked.
    private static Operation.Kind hold(List<Availability> shown) {
        return shown.stream()
                .filter(Availability::getAllowed)
                .map(Availability::getOperation)
                .filter(one -> one == Operation.Kind.RESUME || one == Operation.Kind.RELEASE)
                .findFirst()
                .orElse(Operation.Kind.PAUSE);
    }

    private static OperationView button(String gid, Availability one, Operation.Kind hold, Formats formats) {
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
                isInFront(one.getOperation(), hold));
    }

    static boolean isDangerous(Operation.Kind kind) {
        return switch (kind) {
            case ROLL_BACK, FORCE_BRANCH, SKIP_BRANCH, DELETE -> true;
            case RETRY, PAUSE, RESUME, PARK, RELEASE, EXTEND_DEADLINE, ADD_NOTE, KIND_UNSPECIFIED, UNRECOGNIZED ->
                false;
        };
    }

    /// What is done every day stands in front.
    private static boolean isInFront(Operation.Kind operation, Operation.Kind hold) {
        return operation == Operation.Kind.RETRY || operation == Operation.Kind.ROLL_BACK || operation == hold;
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
