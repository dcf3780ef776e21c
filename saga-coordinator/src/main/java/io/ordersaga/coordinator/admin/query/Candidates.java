package io.ordersaga.coordinator.admin.query;

import java.util.List;

/// Where the rows come from that a filter looks at: a part of the table in the order of the ids, found through an
/// index.
/// All texts are fixed fragments with names for values.
///
/// @param kind the first ones leave the fewest rows, as a rule
/// @param parts one or several, without common rows
record Candidates(Kind kind, List<Part> parts) {

    enum Kind {
        GID,
        LABEL,
        FINGERPRINT,
        /// In no order, so only a part that is not too large.
        PREFIX,
        NOTED,
        STATUS,
        TROUBLED,
        ALL
    }

    /// @param tables with the alias `s` for the table `saga`, and `t` for its trouble when `hasTrouble`
    /// @param id the column that is walked along
    /// @param condition empty, or one that begins with `AND`
    record Part(String tables, String id, String condition, boolean hasTrouble) {}

    static final Candidates ALL = one(Kind.ALL, new Part("saga s FORCE INDEX (PRIMARY)", "s.id", "", false));

    static final Candidates TROUBLED = one(
            Kind.TROUBLED,
            new Part(
                    "saga_trouble t FORCE INDEX (PRIMARY) STRAIGHT_JOIN saga s ON s.id = t.saga_id",
                    "t.saga_id",
                    "",
                    true));

    static final Candidates NOTED = one(
            Kind.NOTED,
            new Part(
                    "saga_note m FORCE INDEX (saga_note_saga) STRAIGHT_JOIN saga s ON s.id = m.saga_id",
                    "m.saga_id",
                    "",
                    false));

    Candidates {
        parts = List.copyOf(parts);
    }

    /// Whether a row may be found more than once: a saga has as many notes as people wrote.
    boolean repeat() {
        return kind == Kind.NOTED;
    }

    static Candidates ofGid(String name) {
        return one(Kind.GID, new Part("saga s FORCE INDEX (saga_gid)", "s.id", "AND s.gid = :" + name, false));
    }

    static Candidates ofGidPrefix(String begin, String end) {
        return one(
                Kind.PREFIX,
                new Part(
                        "saga s FORCE INDEX (saga_gid)",
                        "s.id",
                        "AND s.gid >= :" + begin + " AND s.gid < :" + end,
                        false));
    }

    private static final String LABELLED =
            "saga_label l FORCE INDEX (saga_label_value) STRAIGHT_JOIN saga s ON s.id = l.saga_id";

    static Candidates ofLabel(String name, String value) {
        return one(
                Kind.LABEL,
                new Part(LABELLED, "l.saga_id", "AND l.name = :" + name + " AND l.value = :" + value, false));
    }

    static Candidates ofLabelPrefix(String name, String begin, String end) {
        return one(
                Kind.PREFIX,
                new Part(
                        LABELLED,
                        "l.saga_id",
                        "AND l.name = :" + name + " AND l.value >= :" + begin + " AND l.value < :" + end,
                        false));
    }

    static Candidates ofFingerprint(String name) {
        return one(
                Kind.FINGERPRINT,
                new Part(
                        "saga_trouble t FORCE INDEX (saga_trouble_fingerprint) STRAIGHT_JOIN saga s ON s.id = t.saga_id",
                        "t.saga_id",
                        "AND t.fingerprint = :" + name,
                        true));
    }

    /// @param names of the values, none selects nothing
    static Candidates ofStatuses(List<String> names) {
        return new Candidates(
                Kind.STATUS,
                names.isEmpty()
                        ? List.of(new Part("saga s", "s.id", "AND FALSE", false))
                        : names.stream()
                                .map(name -> new Part(
                                        "saga s FORCE INDEX (saga_status)", "s.id", "AND s.status = :" + name, false))
                                .toList());
    }

    private static Candidates one(Kind kind, Part part) {
        return new Candidates(kind, List.of(part));
    }
}
