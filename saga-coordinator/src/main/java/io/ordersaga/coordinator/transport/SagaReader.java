package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.BranchCall;
import io.ordersaga.coordinator.engine.BranchLabel;
import io.ordersaga.coordinator.engine.BranchStatus;
import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Extras;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Labels;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.MsgMode;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaMode;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.engine.TccMode;
import io.ordersaga.coordinator.engine.WorkflowMode;
import io.ordersaga.coordinator.engine.XaMode;
import io.ordersaga.coordinator.transport.SubmitForm.BranchForm;
import io.ordersaga.coordinator.transport.SubmitForm.OptionsForm;
import io.ordersaga.coordinator.transport.SubmitForm.StepForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes a definition of a submit, or says which field keeps it from ever running.
final class SagaReader {

    /// More would be a busy loop: these retries come without a pause.
    private static final int RETRY_LIMIT_MAX = 1000;

    private final SubmitLimits limits;
    private final BranchUrls urls;

    SagaReader(SubmitLimits limits, AllowList allowed) {
        this.limits = limits;
        this.urls = new BranchUrls(allowed, limits.urlLengthMax());
    }

    SagaDefinition read(SubmitForm form) {
        Gid gid = new Gid(form.gid());
        Mode mode = mode(form.transType());
        SagaDefinition definition = switch (mode) {
            case SagaMode _ ->
                definition(gid, mode, form, steps(form), CustomData.read(form.customData(), limits), Extras.NONE);
            case MsgMode _ -> message(gid, mode, form);
            // Branches are registered afterwards.
            case TccMode _, XaMode _ -> definition(gid, mode, form, List.of(), CustomData.NONE, Extras.NONE);
            case WorkflowMode _ -> workflow(gid, mode, form);
        };
        limit("payloads", "bytes in all", size(definition), limits.sagaBytesMax());
        return definition;
    }

    /// As [#read], of something that is prepared: a message then needs somebody to ask.
    SagaDefinition readPrepared(SubmitForm form) {
        SagaDefinition definition = read(form);
        if (definition.mode() instanceof SagaMode) {
            throw new InvalidSagaException("trans_type", "a saga is never prepared, only submitted");
        }
        boolean asks = definition.mode() instanceof MsgMode || definition.mode() instanceof WorkflowMode;
        if (asks && form.more().queryPrepared().isEmpty()) {
            throw new InvalidSagaException("query_prepared", "must not be empty");
        }
        return definition;
    }

    private SagaDefinition definition(
            Gid gid, Mode mode, SubmitForm form, List<Step> steps, CustomData customData, Extras extras) {
        return new SagaDefinition(
                gid, mode, form.protocol(), steps, headers(form.branchHeaders()), options(form, customData), extras);
    }

    private SagaDefinition message(Gid gid, Mode mode, SubmitForm form) {
        CustomData customData = CustomData.read(form.customData(), limits);
        checkUrl("query_prepared", form.more().queryPrepared(), form.protocol());
        List<Step> steps = new ArrayList<>();
        steps.add(Step.checkBack(form.more().queryPrepared(), "msg", Bytes.EMPTY));
        for (Step step : steps(form)) {
            BranchLabel label = BranchLabel.ofId(BranchCall.branchId(steps.size() - 1));
            steps.add(new Step(step.action(), "", step.payload(), label));
        }
        CustomData concurrency = new CustomData(form.more().concurrent(), CustomData.NONE.orders(), Duration.ZERO);
        return definition(gid, mode, form, steps, concurrency, Extras.delayedBy(customData.delay()));
    }

    private SagaDefinition workflow(Gid gid, Mode mode, SubmitForm form) {
        checkUrl("query_prepared", form.more().queryPrepared(), form.protocol());
        WorkflowData data = WorkflowData.read(form.customData(), limits);
        Bytes payload = form.protocol().of(form.more().queryPrepared()) == Protocol.GRPC ? data.message() : data.data();
        limit("custom_data", "bytes of data", payload.size(), limits.payloadBytesMax());
        Step checkBack = Step.checkBack(form.more().queryPrepared(), data.name(), payload);
        return definition(gid, mode, form, List.of(checkBack), CustomData.NONE, Extras.ofCustomData(form.customData()));
    }

    /// A branch that an application registers; whether its transaction is called over such addresses is found out
    /// with the transaction.
    Step readBranch(Mode mode, BranchForm form) {
        limit("data", "bytes", form.payload().size(), limits.payloadBytesMax());
        if (form.branchId().isEmpty()) {
            throw new InvalidSagaException("branch_id", "must not be empty");
        }
        return switch (mode) {
            case TccMode _ ->
                new Step(
                        branchUrl(form, "confirm"),
                        branchUrl(form, "cancel"),
                        form.payload(),
                        BranchLabel.ofId(form.branchId()));
            case XaMode _ -> {
                String url = branchUrl(form, "url");
                yield new Step(url, url, Bytes.EMPTY, BranchLabel.ofId(form.branchId()));
            }
            case WorkflowMode _ -> new Step("", "", form.payload(), recorded(form));
            case SagaMode _, MsgMode _ ->
                throw new InvalidSagaException("trans_type", "must be tcc, xa or workflow to register a branch");
        };
    }

    private String branchUrl(BranchForm form, String field) {
        String url = form.data().getOrDefault(field, "");
        boolean isHttp = url.startsWith("http:") || url.startsWith("https:");
        checkUrl(field, url, isHttp ? Protocol.HTTP : Protocol.GRPC);
        return url;
    }

    private static BranchLabel recorded(BranchForm form) {
        String op = form.data().getOrDefault("op", "");
        if (op.isEmpty()) {
            throw new InvalidSagaException("op", "must not be empty");
        }
        BranchStatus status = switch (form.data().getOrDefault("status", "")) {
            case "succeed" -> BranchStatus.SUCCEEDED;
            case "failed" -> BranchStatus.FAILED;
            default -> throw new InvalidSagaException("status", "must be succeed or failed");
        };
        return new BranchLabel(form.branchId(), op, status);
    }

    static Mode mode(String transType) {
        return Mode.named(transType)
                .orElseThrow(() -> new InvalidSagaException(
                        "trans_type",
                        "must be one of "
                                + Mode.ALL.stream().map(Mode::wireName).toList()));
    }

    private List<Step> steps(SubmitForm form) {
        limit("steps", "steps", form.steps().size(), limits.stepsMax());
        List<Step> steps = new ArrayList<>();
        for (int index = 0; index < form.steps().size(); index++) {
            StepForm step = form.steps().get(index);
            boolean isTopic = form.transType().equals("msg") && Topics.isTopic(step.action());
            if (isTopic) {
                Topics.checkName("steps[" + index + "].action", Topics.name(step.action()));
            } else {
                checkUrl("steps[" + index + "].action", step.action(), form.protocol());
            }
            checkUrl("steps[" + index + "].compensate", step.compensate(), form.protocol());
            Bytes payload = payload(form, index);
            limit("payloads[" + index + "]", "bytes", payload.size(), limits.payloadBytesMax());
            steps.add(new Step(step.action(), step.compensate(), payload));
        }
        return steps;
    }

    private static Bytes payload(SubmitForm form, int index) {
        if (index < form.payloads().size()) {
            return form.payloads().get(index);
        }
        return form.steps()
                .get(index)
                .data()
                .orElseThrow(() -> new InvalidSagaException(
                        "payloads",
                        form.payloads().size() + " payloads for " + form.steps().size() + " steps"));
    }

    void checkUrl(String field, String url, Protocol protocol) {
        urls.check(field, url, protocol);
    }

    /// An address of any kind that branches may have.
    void checkTarget(String field, String url) {
        urls.checkAny(field, url);
    }

    /// Names are lower case on the wire, whatever they were before.
    private SortedMap<String, String> headers(Map<String, String> given) {
        limit("branch_headers", "headers", given.size(), limits.headersMax());
        SortedMap<String, String> headers = new TreeMap<>();
        int size = 0;
        for (Map.Entry<String, String> header : given.entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!isHeaderName(name) || name.startsWith("grpc-") || name.startsWith("dtm-")) {
                throw new InvalidSagaException(
                        "branch_headers", "has a name that no header may have: '" + cut(name) + "'");
            }
            if (!isPrintable(header.getValue())) {
                throw new InvalidSagaException("branch_headers." + cut(name), "must be printable ASCII");
            }
            size += name.length() + header.getValue().length();
            headers.put(name, header.getValue());
        }
        limit("branch_headers", "characters in all", size, limits.headerBytesMax());
        // Refuses what could not be kept.
        var _ = Labels.of(headers);
        return headers;
    }

    private static boolean isHeaderName(String name) {
        for (int index = 0; index < name.length(); index++) {
            char character = name.charAt(index);
            boolean isLetterOrDigit = (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
            if (!isLetterOrDigit && character != '_' && character != '.' && character != '-') {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isPrintable(String value) {
        for (int index = 0; index < value.length(); index++) {
            if (value.charAt(index) < ' ' || value.charAt(index) > '~') {
                return false;
            }
        }
        return true;
    }

    private SagaOptions options(SubmitForm form, CustomData customData) {
        OptionsForm options = form.options();
        limit("retry_limit", "retries", options.retryLimit(), RETRY_LIMIT_MAX);
        return new SagaOptions(
                seconds("retry_interval", options.retryInterval()),
                seconds("request_timeout", options.requestTimeout()),
                seconds("timeout_to_fail", options.timeoutToFail()),
                (int) Math.max(options.retryLimit(), -1),
                customData.concurrent(),
                customData.orders());
    }

    private Duration seconds(String field, long seconds) {
        limit(field, "seconds", seconds, limits.intervalMax().toSeconds());
        return Duration.ofSeconds(Math.max(seconds, -1));
    }

    private static long size(SagaDefinition definition) {
        long size = 0;
        for (Step step : definition.steps()) {
            size += step.action().length() + step.compensation().length();
            size += step.payload().size();
        }
        for (Map.Entry<String, String> header : definition.branchHeaders().entrySet()) {
            size += header.getKey().length() + header.getValue().length();
        }
        return size;
    }

    private static void limit(String field, String what, long actual, long max) {
        if (actual > max) {
            throw new InvalidSagaException(field, "has " + actual + " " + what + ", at most " + max + " are allowed");
        }
    }

    private static String cut(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64);
    }
}
