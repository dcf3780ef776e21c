package io.ordersaga.coordinator.admin.page;

import java.util.List;
import java.util.Map;

/// A question before something is done.
///
/// @param text what will happen
/// @param action where the answer is posted to
/// @param hidden what is posted along
/// @param wrong why it was refused; empty at first
/// @param steps what will be undone, in its order; empty unless that is the question
/// @param secret what is shown once; then nothing is asked
record DialogView(
        String title,
        String text,
        String action,
        Map<String, String> hidden,
        List<Field> fields,
        String confirm,
        boolean danger,
        String wrong,
        List<Step> steps,
        String secret) {

    record Step(String text, String sub) {}

    record Option(String value, String text) {}

    /// @param kind `line`, `area`, `select`, `check`, `password` or `number`
    record Field(
            String name, String kind, String label, String help, String value, List<Option> options, boolean required) {

        static Field line(String name, String label, String help, boolean required) {
            return new Field(name, "line", label, help, "", List.of(), required);
        }

        static Field select(String name, String label, List<Option> options, String value) {
            return new Field(name, "select", label, "", value, options, true);
        }

        Field valued(String other) {
            return new Field(name, kind, label, help, other, options, required);
        }
    }

    static DialogView question(String title, String text, String action, Map<String, String> hidden) {
        return new DialogView(title, text, action, hidden, List.of(), title, false, "", List.of(), "");
    }

    static DialogView secret(String title, String text, String secret) {
        return new DialogView(title, text, "", Map.of(), List.of(), "", false, "", List.of(), secret);
    }

    DialogView asking(Field... asked) {
        return new DialogView(title, text, action, hidden, List.of(asked), confirm, danger, wrong, steps, secret);
    }

    DialogView dangerous() {
        return new DialogView(title, text, action, hidden, fields, confirm, true, wrong, steps, secret);
    }

    DialogView undoing(List<Step> undone) {
        return new DialogView(title, text, action, hidden, fields, confirm, danger, wrong, undone, secret);
    }

    /// The same question again, with what was answered and why that was refused.
    DialogView refused(String why, Map<String, String> answered) {
        List<Field> kept = fields.stream()
                .map(field -> field.kind().equals("password")
                        ? field
                        : field.valued(answered.getOrDefault(field.name(), field.value())))
                .toList();
        return new DialogView(title, text, action, hidden, kept, confirm, danger, why, steps, secret);
    }
}
