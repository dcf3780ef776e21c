package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.Branch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A transaction's steps as cards from left to right, joined by what waits for what. Pure: cards with places, as the
/// template draws them.
///
/// @param width of the whole drawing, in pixels, as all lengths here
record BranchGraph(int width, int height, int cardWidth, int cardHeight, List<Node> nodes, List<Edge> edges) {

    private static final int CARD_WIDTH = 160;
    private static final int CARD_HEIGHT = 104;
    private static final int GAP_X = 34;
    private static final int GAP_Y = 20;
    private static final int MARGIN = 2;
    private static final int NAME_LENGTH = 19;
    private static final int SERVICE_LENGTH = 23;
    private static final int LABEL_LENGTH = 13;

    /// @param current classes of the card's outline; empty unless the transaction is at this step
    record Node(
            int x, int y, String name, String service, String tone, String current, String title, List<Side> sides) {}

    /// One side of a step.
    ///
    /// @param y from the card's upper edge
    /// @param note what stands at its end, such as how many calls there were
    record Side(int y, String label, String tone, String shape, String note) {}

    /// @param tone empty, `on` when the way was gone, `back` when it was gone back
    record Edge(String path, String tip, String tone) {}

    /// @param forced steps whose action somebody took as done
    /// @param skipped steps whose compensation somebody took as done
    /// @param tone of the transaction, for the steps it is at
    static BranchGraph of(
            List<Branch> branches, Set<Integer> forced, Set<Integer> skipped, String tone, Formats formats) {
        Map<Integer, Integer> columns = columns(branches);
        Map<Integer, Integer> filled = new HashMap<>();
        Map<Integer, Node> nodes = new HashMap<>();
        List<Node> inOrder = new ArrayList<>();
        for (Branch branch : branches) {
            int column = columns.getOrDefault(branch.getStep(), 0);
            int row = filled.merge(column, 1, Integer::sum) - 1;
            Node node = node(branch, column, row, forced, skipped, tone, formats);
            nodes.put(branch.getStep(), node);
            inOrder.add(node);
        }
        int width =
                1 + columns.values().stream().mapToInt(column -> column).max().orElse(0);
        int height = filled.values().stream().mapToInt(row -> row).max().orElse(1);
        return new BranchGraph(
                2 * MARGIN + width * (CARD_WIDTH + GAP_X) - GAP_X,
                2 * MARGIN + height * (CARD_HEIGHT + GAP_Y) - GAP_Y,
                CARD_WIDTH,
                CARD_HEIGHT,
                inOrder,
                edges(branches, nodes));
    }

    /// A step stands to the right of all it waits for. Waiting in a circle cannot be submitted; should it be read all
    /// the same, it ends here after as many rounds as there are steps.
    private static Map<Integer, Integer> columns(List<Branch> branches) {
        Map<Integer, Integer> columns = new HashMap<>();
        branches.forEach(branch -> columns.put(branch.getStep(), 0));
        Set<Integer> known = new HashSet<>(columns.keySet());
        boolean changed = true;
        for (int round = 0; changed && round < branches.size(); round++) {
            changed = false;
            for (Branch branch : branches) {
                int column = branch.getWaitsForList().stream()
                        .filter(known::contains)
                        .mapToInt(before -> columns.getOrDefault(before, 0) + 1)
                        .max()
                        .orElse(0);
                changed |= column != columns.getOrDefault(branch.getStep(), 0);
                columns.put(branch.getStep(), column);
            }
        }
        return columns;
    }

    private static Node node(
            Branch branch,
            int column,
            int row,
            Set<Integer> forced,
            Set<Integer> skipped,
            String tone,
            Formats formats) {
        Branch.Side action = branch.getAction();
        Branch.Side compensation = branch.getCompensation();
        BranchName name = BranchName.of(action.getUrl().isEmpty() ? compensation.getUrl() : action.getUrl());
        String forcedNote = forced.contains(branch.getStep()) ? formats.text("step.forced") : "";
        String skippedNote = skipped.contains(branch.getStep()) ? formats.text("step.skipped") : "";
        List<Side> sides = List.of(
                side(48, action, false, forcedNote, formats), side(75, compensation, true, skippedNote, formats));
        boolean at = action.getState() == Branch.State.OPEN || compensation.getState() == Branch.State.OPEN;
        Side telling =
                compensation.getState() == Branch.State.UNTOUCHED || compensation.getState() == Branch.State.NOTHING
                        ? sides.getFirst()
                        : sides.getLast();
        return new Node(
                MARGIN + column * (CARD_WIDTH + GAP_X),
                MARGIN + row * (CARD_HEIGHT + GAP_Y),
                (branch.getStep() + 1) + "  " + BranchName.cut(name.name(), NAME_LENGTH - 3),
                BranchName.cut(name.service(), SERVICE_LENGTH),
                telling.tone(),
                at ? "now is-" + tone : "",
                action.getUrl() + "\n" + compensation.getUrl(),
                sides);
    }

    private static Side side(int y, Branch.Side side, boolean back, String note, Formats formats) {
        String name = side.getUrl().isEmpty()
                ? formats.text("step.nothing")
                : BranchName.of(side.getUrl()).name();
        String calls = side.getAttempts() > 1 ? "×" + formats.count(side.getAttempts()) : "";
        String label = (back ? "↩ " : "") + BranchName.cut(name, LABEL_LENGTH);
        StateView state = switch (side.getState()) {
            case UNTOUCHED, NOTHING, STATE_UNSPECIFIED, UNRECOGNIZED -> new StateView("", "calm", "calm");
            case OPEN ->
                side.getAttempts() > 0 && side.hasLastAttempt()
                        ? StateView.ofOutcome(side.getLastAttempt().getOutcome())
                        : new StateView("", "run", "run");
            case SUCCEEDED -> back ? new StateView("", "undone", "undone") : new StateView("", "ok", "ok");
            case REFUSED -> new StateView("", "park", "park");
        };
        return new Side(y, label, state.tone(), state.shape(), note.isEmpty() ? calls : note);
    }

    private static List<Edge> edges(List<Branch> branches, Map<Integer, Node> nodes) {
        List<Edge> edges = new ArrayList<>();
        for (Branch branch : branches) {
            Node to = nodes.get(branch.getStep());
            for (int before : branch.getWaitsForList()) {
                Node from = nodes.get(before);
                if (from != null && to != null) {
                    edges.add(edge(from, to, tone(branch)));
                }
            }
        }
        return edges;
    }

    private static String tone(Branch branch) {
        if (branch.getCompensation().getState() == Branch.State.SUCCEEDED
                || branch.getCompensation().getState() == Branch.State.OPEN) {
            return "back";
        }
        return branch.getReached() ? "on" : "";
    }

    private static Edge edge(Node from, Node to, String tone) {
        int x1 = from.x() + CARD_WIDTH + 1;
        int y1 = from.y() + 26;
        int x2 = to.x() - 7;
        int y2 = to.y() + 26;
        int bend = (x2 - x1) / 2;
        String path = y1 == y2
                ? "M" + x1 + " " + y1 + "H" + x2
                : "M" + x1 + " " + y1 + "C" + (x1 + bend) + " " + y1 + " " + (x2 - bend) + " " + y2 + " " + x2 + " "
                        + y2;
        return new Edge(path, "M" + (x2 + 6) + " " + y2 + "l-7-4v8z", tone);
    }
}
