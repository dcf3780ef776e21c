package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.Attempt;
import io.ordersaga.saga.v1.Branch;
import io.ordersaga.saga.v1.Explanation;
import io.ordersaga.saga.v1.OperationResult;
import io.ordersaga.saga.v1.Payload;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.TransactionSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the template of one transaction reads.
///
/// @param sentence why it is where it is
/// @param next what else is to be said, such as why it was rolled back
/// @param over whether nothing changes any more, so that nobody has to look again
record TransactionView(
        String gid,
        String businessKey,
        String keyHref,
        StateView state,
        String sentence,
        String next,
        boolean over,
        @Nullable BranchGraph graph,
        List<Swatch> legend,
        @Nullable Gantt gantt,
        List<Call> attempts,
        String attemptsNote,
        String newestHref,
        String olderHref,
        List<Fact> facts,
        List<Link> tags,
        List<NoteView> notes,
        String noteHref,
        List<Link> related,
        List<Shown> payloads,
        String payloadNote,
        List<Shown> commands,
        String raw,
        List<OperationView> operations,
        boolean more,
        String liveHref) {

    record Swatch(String tone, String key) {}

    record Call(
            Instant at,
            String name,
            String target,
            StateView state,
            String status,
            String latency,
            String error,
            String node,
            String trace) {}

    /// @param at the fact is a time; null when it is a text
    /// @param href where it leads; empty when nowhere
    record Fact(String key, String text, @Nullable Instant at, String href) {}

    record Link(String text, String href) {}

    record NoteView(String text, String author, Instant at) {}

    record Shown(String name, String text) {}

    private static final List<Swatch> LEGEND = List.of(
            new Swatch("ok", "legend.done"),
            new Swatch("run", "legend.running"),
            new Swatch("back", "legend.unknown"),
            new Swatch("park", "legend.refused"),
            new Swatch("undone", "legend.undone"),
            new Swatch("calm", "legend.untouched"));

    /// What the page asked the API for.
    ///
    /// @param operations what may be done, as far as it is known
    /// @param attempts the newest first
    /// @param page which calls these are
    /// @param raw all of it as JSON
    record Answers(
            Transaction transaction, OperationResult operations, List<Attempt> attempts, CallsPage page, String raw) {}

    /// A page of calls.
    ///
    /// @param here arguments of this page's address
    /// @param older arguments of the page with older calls; empty when there are none
    /// @param newest whether there are no newer ones
    record CallsPage(String here, String older, boolean newest) {}

    /// @param origin scheme, host and port of this page, for commands to copy
    static TransactionView of(Answers answers, Role role, String origin, Formats formats) {
        Transaction transaction = answers.transaction();
        TransactionSummary summary = transaction.getSummary();
        String gid = summary.getGid();
        OperationResult operations = answers.operations();
        CallsPage page = answers.page();
        StateView state = operations.getGid().isEmpty()
                ? StateView.of(summary)
                : StateView.of(summary.getStatus(), operations.getHold());
        List<OperationView> buttons = OperationView.of(gid, operations, role, formats);
        return new TransactionView(
                gid,
                summary.getBusinessKey(),
                Links.transactions("key=" + Links.quoted(summary.getBusinessKey())),
                state,
                sentence(transaction, formats),
                rejection(transaction, formats),
                summary.hasFinishTime(),
                transaction.getBranchesCount() == 0
                        ? null
                        : BranchGraph.of(
                                transaction.getBranchesList(),
                                new HashSet<>(operations.getForcedStepsList()),
                                new HashSet<>(operations.getSkippedStepsList()),
                                state.tone(),
                                formats),
                LEGEND,
                answers.attempts().isEmpty()
                        ? null
                        : Gantt.of(
                                answers.attempts(),
                                !page.newest() || !page.older().isEmpty(),
                                formats),
                answers.attempts().stream().map(call -> call(call, formats)).toList(),
                formats.text(
                        page.newest() ? "attempts.shown" : "attempts.shown.older",
                        formats.count(answers.attempts().size())),
                page.newest() ? "" : Links.transaction(gid),
                page.older().isEmpty() ? "" : Links.transaction(gid) + page.older(),
                facts(transaction, formats),
                summary.getTagsMap().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(tag -> new Link(
                                tag.getKey() + "=" + tag.getValue(),
                                Links.transactions("tag:" + tag.getKey() + "=" + Links.quoted(tag.getValue()))))
                        .toList(),
                transaction.getNotesList().stream()
                        .map(note ->
                                new NoteView(note.getText(), note.getAuthor(), Formats.instant(note.getCreateTime())))
                        .toList(),
                buttons.stream()
                        .filter(button -> button.name().equals("ADD_NOTE"))
                        .map(OperationView::href)
                        .findFirst()
                        .orElse(""),
                transaction.getRelatedGidsList().stream()
                        .map(related -> new Link(related, Links.transaction(related)))
                        .toList(),
                payloads(transaction, formats),
                formats.text("payload.note"),
                Commands.of(gid, origin),
                answers.raw(),
                buttons.stream()
                        .filter(button -> !button.name().equals("ADD_NOTE"))
                        .toList(),
                buttons.stream()
                        .anyMatch(button -> !button.front() && !button.name().equals("ADD_NOTE")),
                Links.transaction(gid) + page.here() + "&part=live");
    }

    /// In the viewer's language and zone when every sentence is known there, else in the API's English.
    private static String sentence(Transaction transaction, Formats formats) {
        Explanation explanation = transaction.getExplanation();
        Map<String, String> arguments = new HashMap<>();
        explanation.getArgumentsMap().forEach((name, value) -> arguments.put(name, formats.timeOr(value)));
        List<String> sentences = new ArrayList<>();
        for (String id : explanation.getId().split("\\+", -1)) {
            Optional<String> text = formats.texts().sentence(formats.language(), "why." + id, arguments);
            if (text.isEmpty()) {
                return explanation.getText();
            }
            sentences.add(text.get().replace(" 1 times", " 1 time"));
        }
        return String.join(formats.language().equals(Texts.CHINESE) ? "" : " ", sentences);
    }

    private static String rejection(Transaction transaction, Formats formats) {
        if (!transaction.hasRejection()
                || transaction.getRejection().getTypedReason().isEmpty()) {
            return "";
        }
        return formats.text(
                "transaction.rejection",
                transaction.getRejection().getTypedReason(),
                transaction.getRejection().getDomain());
    }

    private static Call call(Attempt call, Formats formats) {
        return new Call(
                Formats.instant(call.getCallTime()),
                (call.getStep() + 1) + "  " + (call.getOp().equals("action") ? "" : "↩ ")
                        + BranchName.of(call.getTarget()).name(),
                call.getTarget(),
                StateView.ofOutcome(call.getOutcome()),
                call.getStatus(),
                formats.span(Formats.duration(call.getLatency())),
                call.getError(),
                call.getNode(),
                call.getTraceId());
    }

    private static List<Fact> facts(Transaction transaction, Formats formats) {
        TransactionSummary summary = transaction.getSummary();
        List<Fact> facts = new ArrayList<>();
        facts.add(text("fact.mode", summary.getMode() + " · " + transaction.getProtocol()));
        facts.add(time("fact.created", Formats.instant(summary.getCreateTime())));
        facts.add(text("fact.duration", formats.span(Formats.duration(summary.getDuration()))));
        if (summary.hasFinishTime()) {
            facts.add(time("fact.finished", Formats.instant(summary.getFinishTime())));
        } else {
            facts.add(time("fact.updated", Formats.instant(summary.getUpdateTime())));
        }
        if (summary.hasNextDueTime() && summary.getOwner().isEmpty()) {
            facts.add(time("fact.next", Formats.instant(summary.getNextDueTime())));
        }
        if (transaction.hasDeadline()) {
            facts.add(time("fact.deadline", Formats.instant(transaction.getDeadline())));
        }
        facts.add(text("fact.steps", summary.getStepsDone() + " / " + summary.getStepsTotal()));
        if (!summary.hasFinishTime()) {
            facts.add(text("fact.attempts", formats.count(summary.getAttempts())));
        }
        if (!summary.getOwner().isEmpty()) {
            facts.add(new Fact("fact.owner", summary.getOwner(), null, "/nodes"));
        }
        if (!transaction.getTraceId().isEmpty()) {
            facts.add(text("fact.trace", transaction.getTraceId()));
        }
        return facts;
    }

    private static Fact text(String key, String text) {
        return new Fact(key, text, null, "");
    }

    private static Fact time(String key, Instant at) {
        return new Fact(key, "", at, "");
    }

    private static List<Shown> payloads(Transaction transaction, Formats formats) {
        List<Shown> payloads = new ArrayList<>();
        for (Branch branch : transaction.getBranchesList()) {
            if (!branch.getPayload().getText().isEmpty()) {
                payloads.add(payload(
                        (branch.getStep() + 1) + "  "
                                + BranchName.of(branch.getAction().getUrl()).both(),
                        branch.getPayload(),
                        formats));
            }
        }
        if (!transaction.getBranchHeadersMap().isEmpty()) {
            StringBuilder headers = new StringBuilder();
            transaction.getBranchHeadersMap().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(header -> headers.append(header.getKey())
                            .append(": ")
                            .append(header.getValue())
                            .append('\n'));
            payloads.add(new Shown(formats.text("payload.headers"), headers.toString()));
        }
        if (!transaction.getResult().getText().isEmpty()) {
            payloads.add(payload(formats.text("payload.result"), transaction.getResult(), formats));
        }
        return payloads;
    }

    private static Shown payload(String name, Payload payload, Formats formats) {
        String size = formats.text("payload.size", formats.count(payload.getSize()));
        String cut = payload.getCut() ? " · " + formats.text("payload.cut") : "";
        String masked = payload.getMasked() > 0
                ? " · " + formats.text("payload.masked", formats.count(payload.getMasked()))
                : "";
        return new Shown(name + " · " + size + cut + masked, payload.getText());
    }
}
