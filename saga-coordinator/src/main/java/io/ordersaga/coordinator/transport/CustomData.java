package io.ordersaga.coordinator.transport;

import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.SagaOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A saga's `custom_data`, the one place from which DTM takes what may run at once:
/// `{"concurrent":true,"orders":{"2":[0,1]}}`; of a message its delay in seconds: `{"delay":10}`. Steps are numbered
/// from 0; what else is in it is ignored.
record CustomData(boolean concurrent, SortedMap<Integer, SortedSet<Integer>> orders, Duration delay) {

    private static final String FIELD = "custom_data";
    private static final String ORDERS = "custom_data.orders";
    static final CustomData NONE = new CustomData(false, Collections.emptySortedMap(), Duration.ZERO);
    /// In characters, of a key that is told back to whoever sent it.
    private static final int SHOWN_MAX = 20;

    /// Reads the text; whether the steps exist and whether they wait in a circle is checked with the steps.
    ///
    /// @throws InvalidSagaException names the part that cannot be understood, or that is too large
    static CustomData read(String text, SubmitLimits limits) {
        if (text.isEmpty()) {
            return NONE;
        }
        // A character is at least a byte, so that a text that is far too long is not even encoded.
        long bytes = text.length() > limits.customDataBytesMax()
                ? text.length()
                : text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > limits.customDataBytesMax()) {
            throw new InvalidSagaException(
                    FIELD, "has " + bytes + " bytes, at most " + limits.customDataBytesMax() + " are allowed");
        }
        JsonNode data = Json.parse(text)
                .filter(tree -> tree.isObject() || tree.isNull())
                .orElseThrow(() -> new InvalidSagaException(FIELD, "must be a JSON object"));
        JsonNode concurrent = data.path("concurrent");
        if (!isAbsent(concurrent) && !concurrent.isBoolean()) {
            throw new InvalidSagaException("custom_data.concurrent", "must be true or false");
        }
        return new CustomData(
                concurrent.asBoolean(false),
                orders(data.path("orders"), limits.ordersMax()),
                delay(data.path("delay"), limits));
    }

    private static Duration delay(JsonNode seconds, SubmitLimits limits) {
        if (isAbsent(seconds)) {
            return Duration.ZERO;
        }
        long longest = limits.intervalMax().toSeconds();
        if (!seconds.isIntegralNumber()
                || !seconds.canConvertToLong()
                || seconds.asLong() < 0
                || seconds.asLong() > longest) {
            throw new InvalidSagaException(
                    "custom_data.delay", "must be a whole number of seconds, from 0 to " + longest);
        }
        return Duration.ofSeconds(seconds.asLong());
    }

    private static SortedMap<Integer, SortedSet<Integer>> orders(JsonNode object, int ordersMax) {
        SortedMap<Integer, SortedSet<Integer>> orders = new TreeMap<>();
        if (isAbsent(object)) {
            return orders;
        }
        if (!object.isObject()) {
            throw new InvalidSagaException(ORDERS, "must be an object: for a step's number those it waits for");
        }
        int count = 0;
        for (var order : object.properties()) {
            JsonNode before = order.getValue();
            count += before.size();
            if (count > ordersMax) {
                throw new InvalidSagaException(ORDERS, "has more than " + ordersMax + " entries in all");
            }
            orders.computeIfAbsent(number(order.getKey()), key -> new TreeSet<>())
                    .addAll(numbers(order.getKey(), before));
        }
        return orders;
    }

    private static int number(String key) {
        try {
            return Integer.parseInt(key);
        } catch (NumberFormatException malformed) {
            throw new InvalidSagaException(field(key), "must be the number of a step, counted from 0");
        }
    }

    private static SortedSet<Integer> numbers(String key, JsonNode array) {
        SortedSet<Integer> numbers = new TreeSet<>();
        if (isAbsent(array)) {
            return numbers;
        }
        if (!array.isArray()) {
            throw new InvalidSagaException(field(key), "must be an array of steps' numbers");
        }
        for (JsonNode element : array) {
            if (!element.isIntegralNumber() || !element.canConvertToInt()) {
                throw new InvalidSagaException(field(key), "must have nothing but steps' numbers, counted from 0");
            }
            numbers.add(element.asInt());
        }
        return numbers;
    }

    private static String field(String key) {
        return ORDERS + "[" + (key.length() <= SHOWN_MAX ? key : key.substring(0, SHOWN_MAX) + "...") + "]";
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    /// The text again, as `/query` shows it.
    static String textOf(SagaOptions options) {
        ObjectNode data = Json.object().put("concurrent", options.concurrent());
        if (!options.orders().isEmpty()) {
            ObjectNode orders = data.putObject("orders");
            options.orders().forEach((step, before) -> {
                ArrayNode array = orders.putArray(String.valueOf(step));
                before.forEach(array::add);
            });
        }
        return Json.text(data);
    }
}
