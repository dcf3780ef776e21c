package io.ordersaga.bench.report;

import java.util.Locale;

/// One measured value.
///
/// @param what was measured
/// @param value with its unit, for people
/// @param required the figure it is held against, empty when it is only printed
/// @param verdict whether it holds
/// @param number the value alone, for programs
public record Figure(String what, String value, String required, Verdict verdict, double number) {
    /// How a value stands to what was required.
    public enum Verdict {
        MET,
        MISSED,
        PRINTED
    }

    /// Must not be less than `floor`.
    public static Figure atLeast(String what, double number, double floor, String unit) {
        return new Figure(
                what,
                text(number, unit),
                ">= " + text(floor, unit),
                number >= floor ? Verdict.MET : Verdict.MISSED,
                number);
    }

    /// Must not be more than `ceiling`.
    public static Figure atMost(String what, double number, double ceiling, String unit) {
        return new Figure(
                what,
                text(number, unit),
                "<= " + text(ceiling, unit),
                number <= ceiling ? Verdict.MET : Verdict.MISSED,
                number);
    }

    public static Figure printed(String what, double number, String unit) {
        return new Figure(what, text(number, unit), "", Verdict.PRINTED, number);
    }

    public static Figure printed(String what, String text) {
        return new Figure(what, text, "", Verdict.PRINTED, Double.NaN);
    }

    /// The same with something that is worth knowing beside it.
    public Figure and(String more) {
        return new Figure(what, value + " (" + more + ")", required, verdict, number);
    }

    private static String text(double number, String unit) {
        String digits = String.format(Locale.ROOT, Math.abs(number) >= 100 ? "%,.0f" : "%.2f", number);
        return unit.isEmpty() ? digits : digits + " " + unit;
    }
}
