package io.ordersaga.bench.report;

import io.ordersaga.bench.load.Audit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// The figures of one run, in the order in which they were taken. Not thread-safe.
public final class Report {
    private static final String LINE = "%-58s %-34s %-16s %s";

    private final PrintWriter out;
    private final Map<String, String> conditions = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private Audit audit = Audit.NOTHING;
    /// A load of which not one saga was acknowledged has shown nothing.
    private boolean nothing;

    private record Entry(String scenario, Figure figure) {}

    public Report(PrintWriter out) {
        this.out = out;
    }

    /// Says under which conditions the figures are taken.
    public void condition(String name, String value) {
        conditions.put(name, value);
        out.println("%-22s %s".formatted(name, value));
    }

    public void progress(String text) {
        out.println("... " + text);
        out.flush();
    }

    public void add(String scenario, Figure figure) {
        entries.add(new Entry(scenario, figure));
        out.println(line(figure));
        out.flush();
    }

    /// What the audit after a load has found.
    public void audited(String scenario, Audit found) {
        audit = audit.plus(found);
        nothing |= found.sagas() == 0;
        if (!found.clean() || found.sagas() == 0) {
            out.println("AUDIT of " + scenario + ": " + found);
        }
    }

    public boolean clean() {
        return audit.clean() && !nothing;
    }

    public Audit audit() {
        return audit;
    }

    public long missed() {
        return entries.stream()
                .filter(entry -> entry.figure().verdict() == Figure.Verdict.MISSED)
                .count();
    }

    /// All lines again, below each other.
    public void print() {
        out.println();
        out.println(LINE.formatted("what", "measured", "required", "").stripTrailing());
        entries.forEach(entry -> out.println(line(entry.figure())));
        out.println();
    }

    private static String line(Figure figure) {
        String verdict = figure.verdict() == Figure.Verdict.PRINTED
                ? ""
                : figure.verdict().name();
        return LINE.formatted(figure.what(), figure.value(), figure.required(), verdict)
                .stripTrailing();
    }

    public void write(Path file) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("conditions", conditions);
        json.put("figures", entries.stream().map(Report::json).toList());
        json.put(
                "audit",
                Map.of(
                        "sagas", audit.sagas(),
                        "lost", audit.lost(),
                        "stuck", audit.stuck(),
                        "wrong", audit.wrong()));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(
                    file,
                    JsonMapper.builder()
                            .build()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(json));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " could not be written", e);
        }
    }

    private static Map<String, Object> json(Entry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("scenario", entry.scenario());
        json.put("what", entry.figure().what());
        json.put("value", entry.figure().value());
        if (!Double.isNaN(entry.figure().number())) {
            json.put("number", entry.figure().number());
        }
        json.put("required", entry.figure().required());
        json.put("verdict", entry.figure().verdict().name());
        return json;
    }
}
