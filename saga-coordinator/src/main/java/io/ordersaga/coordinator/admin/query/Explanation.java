package io.ordersaga.coordinator.admin.query;

import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.MsgMode;
import io.ordersaga.coordinator.engine.Op;
import io.ordersaga.coordinator.engine.Saga;
import io.ordersaga.coordinator.engine.SagaArchive.Ownership;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaMode;
import io.ordersaga.coordinator.engine.SagaStatus;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.StepProgress;
import io.ordersaga.coordinator.engine.TccMode;
import io.ordersaga.coordinator.engine.WorkflowMode;
import io.ordersaga.coordinator.engine.XaMode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Why a transaction is where it is, and what happens next. A pure function of what is known of it.
///
/// @param arguments of all sentences; times are RFC 3339 with seconds, durations like `4m12s`
record Explanation(List<Sentence> sentences, SortedMap<String, String> arguments) {

    /// In characters.
    private static final int ERROR_LENGTH_MAX = 200;

    Explanation {
        sentences = List.copyOf(sentences);
        arguments = new TreeMap<>(arguments);
    }

    /// What is known of a transaction.
    ///
    /// @param trouble the last call that brought no success, with what [#now] was written
    /// @param now by the clock that `stored` was written by
    /// @param url what of an address may be shown
    record Situation(
            StoredSaga stored,
            Optional<Failing> trouble,
            TargetState.Source targets,
            Instant now,
            UnaryOperator<String> url) {}

    /// Calls of one side of a step that brought no success.
    ///
    /// @param count how many of them there were
    record Failing(int step, Op op, String outcome, String error, Instant time, String node, long count) {}

    /// The sentences' names, in their order.
    String id() {
        return sentences.stream().map(Sentence::id).collect(Collectors.joining("+"));
    }

    /// In English.
    String text() {
        return sentences.stream().map(sentence -> sentence.text(arguments)).collect(Collectors.joining(" "));
    }

    static Explanation of(Situation situation) {
        return new Writer(situation).explanation();
    }

    static Explanation unreadable(String why) {
        SortedMap<String, String> arguments = new TreeMap<>();
        arguments.put("error", shortened(why));
        return new Explanation(List.of(Sentence.UNREADABLE), arguments);
    }

    private static final class Writer {

        private final Situation situation;
        private final Saga saga;
        private final List<Sentence> sentences = new ArrayList<>();
        private final SortedMap<String, String> arguments = new TreeMap<>();

        Writer(Situation situation) {
            this.situation = situation;
            this.saga = situation.stored().saga();
        }

        Explanation explanation() {
            switch (saga.status()) {
                case SUCCEEDED -> over(Sentence.SUCCEEDED);
                case FAILED -> {
                    over(Sentence.ROLLED_BACK);
                    reason(Sentence.BECAUSE);
                }
                case PREPARED -> unfinished();
                case SUBMITTED -> {
                    unfinished();
                    deadline();
                }
                case ABORTING -> {
                    reason(Sentence.ROLLING_BACK);
                    unfinished();
                }
            }
            return new Explanation(sentences, arguments);
        }

        private void over(Sentence sentence) {
            Instant finished = situation.stored().finished().orElse(situation.now());
            put("steps", String.valueOf(saga.definition().steps().size()));
            put("finished", time(finished));
            put("duration", duration(Duration.between(situation.stored().created(), finished)));
            sentences.add(sentence);
        }

        private void reason(Sentence sentence) {
            saga.rejection().ifPresent(rejection -> {
                put("reason", shortened(rejection.reason()));
                sentences.add(sentence);
            });
        }

        private void unfinished() {
            if (saga.parked().isPresent()) {
                held(saga.parked().get());
                return;
            }
            Optional<Ownership> ownership = situation.stored().ownership();
            ownership.ifPresent(held -> due(held.nextDue()));
            boolean late = ownership
                    .filter(held -> held.nextDue().isBefore(situation.now()))
                    .isPresent();
            Optional<String> owner = ownership.map(Ownership::owner).filter(name -> !name.isEmpty());
            owner.ifPresent(name -> put("owner", name));
            if (owner.isPresent()) {
                sentences.add(late ? Sentence.ABANDONED : running());
            } else if (late || ownership.isEmpty()) {
                put("due", arguments.getOrDefault("due", time(situation.now())));
                sentences.add(Sentence.OVERDUE);
            } else {
                sentences.add(waiting());
            }
        }

        private void held(String reason) {
            boolean paused = reason.startsWith(FilterPlan.PAUSED_PREFIX);
            put("hold", shortened(paused ? reason.substring(FilterPlan.PAUSED_PREFIX.length()) : reason));
            sentences.add(paused ? Sentence.PAUSED : Sentence.PARKED);
            failing().ifPresent(failing -> {
                failed(failing);
                sentences.add(Sentence.LAST_CALL);
            });
        }

        private Sentence running() {
            Optional<Failing> failing = failing();
            if (failing.isPresent()) {
                failed(failing.get());
                return Sentence.RUNNING_AGAIN;
            }
            Optional<Integer> step = currentStep();
            step.ifPresent(index -> call(index, op()));
            return step.isPresent() ? Sentence.RUNNING : Sentence.RUNNING_NOTHING;
        }

        private Sentence waiting() {
            Optional<Integer> step = failing().map(Failing::step).or(this::currentStep);
            Optional<TargetState> target = step.map(index -> call(index, op())).map(situation.targets()::of);
            if (target.filter(state -> state == TargetState.PAUSED).isPresent()) {
                return Sentence.WAITING_PAUSED;
            }
            if (target.filter(state -> state == TargetState.LEFT_ALONE).isPresent()) {
                return Sentence.WAITING_LEFT_ALONE;
            }
            Optional<Failing> failing = failing();
            if (failing.isPresent()) {
                failed(failing.get());
                return switch (failing.get().outcome()) {
                    case "ongoing" -> Sentence.WAITING_ONGOING;
                    case "refused" -> Sentence.WAITING_REFUSED;
                    default -> Sentence.WAITING_FAILED;
                };
            }
            return saga.status() == SagaStatus.PREPARED && (step.isPresent() || !needsCheckBack())
                    ? prepared()
                    : Sentence.WAITING;
        }

        private boolean needsCheckBack() {
            return saga.definition().mode() instanceof MsgMode
                    || saga.definition().mode() instanceof WorkflowMode;
        }

        private Sentence prepared() {
            return switch (saga.definition().mode()) {
                case MsgMode _ -> Sentence.PREPARED_MESSAGE;
                case WorkflowMode _ -> Sentence.PREPARED_WORKFLOW;
                case TccMode _, XaMode _ -> Sentence.PREPARED_BRANCHES;
                case SagaMode _ -> Sentence.WAITING;
            };
        }

        private void deadline() {
            Duration timeout = saga.definition().options().timeoutToFail();
            if (!timeout.isZero()
                    && saga.parked().isEmpty()
                    && saga.definition().mode().endsAtDeadline(saga.status())) {
                Instant deadline = situation.stored().created().plus(timeout);
                put("deadline", time(deadline));
                put("deadline_in", duration(Duration.between(situation.now(), deadline)));
                sentences.add(Sentence.DEADLINE);
            }
        }

        private Op op() {
            return saga.status() == SagaStatus.ABORTING ? Op.COMPENSATION : Op.ACTION;
        }

        /// What fails now: not what failed on the way here.
        private Optional<Failing> failing() {
            return situation
                    .trouble()
                    .filter(failing -> failing.op() == op()
                            && failing.step() < saga.progress().steps().size()
                            && isOpen(saga.progress().steps().get(failing.step()), failing.op()));
        }

        private Optional<Integer> currentStep() {
            List<StepProgress> steps = saga.progress().steps();
            if (op() == Op.ACTION) {
                for (int step = 0; step < steps.size(); step++) {
                    if (isOpen(steps.get(step), Op.ACTION)) {
                        return Optional.of(step);
                    }
                }
                return Optional.empty();
            }
            for (int step = steps.size() - 1; step >= 0; step--) {
                if (steps.get(step).reached() && isOpen(steps.get(step), Op.COMPENSATION)) {
                    return Optional.of(step);
                }
            }
            return Optional.empty();
        }

        private static boolean isOpen(StepProgress step, Op op) {
            return step.of(op).status() == BranchStatus.PREPARED;
        }

        private void failed(Failing failing) {
            var _ = call(failing.step(), failing.op());
            put("count", String.valueOf(failing.count()));
            put("error", shortened(failing.error()));
            put("time", time(failing.time()));
            put("node", failing.node());
        }

        /// @return the address
        private String call(int index, Op op) {
            Step step = saga.definition().steps().get(index);
            String url = op == Op.ACTION ? step.action() : step.compensation();
            String shown = situation.url().apply(url);
            put("step", String.valueOf(index + 1));
            put("call", path(shown));
            put("target", target(shown));
            return url;
        }

        private void due(Instant due) {
            put("due", time(due));
            put("wait", duration(Duration.between(situation.now(), due)));
        }

        private void put(String name, String value) {
            arguments.put(name, value);
        }
    }

    /// Scheme, host and port of a URL.
    static String target(String url) {
        int path = pathStart(url);
        return path < 0 ? url : url.substring(0, path);
    }

    /// The rest, without a query; everything when there is nothing else.
    static String path(String url) {
        int path = pathStart(url);
        String rest = path < 0 ? url : url.substring(path);
        int query = rest.indexOf('?');
        return query > 0 ? rest.substring(0, query) : rest;
    }

    private static int pathStart(String url) {
        int scheme = url.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        while (start < url.length() && url.charAt(start) == '/') {
            start++;
        }
        return url.indexOf('/', start);
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// `4m12s`, `2d3h`, `900ms`: the two largest units; never negative.
    static String duration(Duration duration) {
        Duration shown = duration.isNegative() ? Duration.ZERO : duration;
        if (shown.toSeconds() == 0) {
            return shown.toMillis() + "ms";
        }
        long[] numbers = {shown.toDays(), shown.toHoursPart(), shown.toMinutesPart(), shown.toSecondsPart()};
        String[] units = {"d", "h", "m", "s"};
        int first = 0;
        while (numbers[first] == 0) {
            first++;
        }
        String text = numbers[first] + units[first];
        return first + 1 < numbers.length && numbers[first + 1] > 0
                ? text + numbers[first + 1] + units[first + 1]
                : text;
    }

    private static String shortened(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= ERROR_LENGTH_MAX ? line : line.substring(0, ERROR_LENGTH_MAX) + "...";
    }
}
