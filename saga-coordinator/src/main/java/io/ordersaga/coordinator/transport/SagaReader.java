package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.Mode;
import io.ordersaga.coordinator.engine.Protocol;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.SagaOptions;
import io.ordersaga.coordinator.engine.Step;
import io.ordersaga.coordinator.transport.SubmitForm.OptionsForm;
import io.ordersaga.coordinator.transport.SubmitForm.StepForm;
import java.net.URI;
import java.net.URISyntaxException;
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

    SagaReader(SubmitLimits limits) {
        this.limits = limits;
    }

    SagaDefinition read(SubmitForm form) {
        Gid gid = new Gid(form.gid());
        Mode mode = mode(form.transType());
        SagaDefinition definition = new SagaDefinition(
                gid, mode, form.protocol(), steps(form), headers(form.branchHeaders()), options(form));
        limit("payloads", "bytes in all", size(definition), limits.sagaBytesMax());
        return definition;
    }

    private static Mode mode(String transType) {
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
            checkUrl("steps[" + index + "].action", step.action(), form.protocol());
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

    private void checkUrl(String field, String url, Protocol sagaProtocol) {
        limit(field, "characters", url.length(), limits.urlLengthMax());
        boolean callable = url.isEmpty()
                || switch (sagaProtocol.of(url)) {
                    case HTTP -> isHttp(url);
                    case GRPC -> GrpcAddress.parse(url).isPresent();
                };
        if (!callable) {
            throw new InvalidSagaException(
                    field,
                    switch (sagaProtocol.of(url)) {
                        case HTTP -> "must be a URL with http:// or https:// and without a fragment";
                        case GRPC ->
                            "must be host:port/package.Service/Method, dns:///... before it if need be, or an "
                                    + "http:// or https:// URL";
                    });
        }
    }

    private static boolean isHttp(String url) {
        try {
            URI uri = new URI(url);
            boolean hasScheme = url.startsWith("http://") || url.startsWith("https://");
            return hasScheme && uri.getHost() != null && uri.getRawFragment() == null;
        } catch (URISyntaxException malformed) {
            return false;
        }
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

    private SagaOptions options(SubmitForm form) {
        OptionsForm options = form.options();
        limit("retry_limit", "retries", options.retryLimit(), RETRY_LIMIT_MAX);
        CustomData customData = CustomData.read(form.customData(), limits);
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
