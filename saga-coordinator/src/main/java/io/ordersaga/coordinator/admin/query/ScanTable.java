package io.ordersaga.coordinator.admin.query;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMap;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/// Walks along the sagas that a [FilterPlan] looks at, a bounded number of rows with each statement.
@RegisterConstructorMapper(ScanTable.Looked.class)
@RegisterConstructorMapper(ScanTable.Group.class)
interface ScanTable {

    /// A row that was looked at. Public because JDBI maps public records only.
    public record Looked(long id, boolean fits) {}

    /// Rows with something in common. Public because JDBI maps public records only.
    ///
    /// @param held `parked`, `paused` or empty
    /// @param target of the last unsuccessful call; empty when there was none
    public record Group(
            boolean fits, String status, String mode, String owner, String held, String target, long number) {}

    /// The next rows, whether they fit or not.
    @SqlQuery("""
            SELECT id, fits
            FROM (<parts>) AS candidates
            ORDER BY id <direction>
            LIMIT :chunk
            """)
    List<Looked> next(
            @Define("parts") String parts,
            @Define("direction") String direction,
            @BindMap Map<String, Object> values,
            @Bind("fromId") long fromId,
            @Bind("toId") long toId,
            @Bind("chunk") int chunk);

    /// Of the first rows, how many have what in common. The target is looked up for these alone: with it, the rows
    /// would be too large to be held in memory.
    @SqlQuery("""
            SELECT newest.fits, newest.status, newest.mode, newest.owner, newest.held, COALESCE(t.target, '') AS target,
                   COUNT(*) AS number
            FROM (<parts>) AS newest
            LEFT JOIN saga_trouble t ON t.saga_id = newest.id
            GROUP BY newest.fits, newest.status, newest.mode, newest.owner, newest.held, t.target
            """)
    List<Group> groups(
            @Define("parts") String parts,
            @BindMap Map<String, Object> values,
            @Bind("fromId") long fromId,
            @Bind("toId") long toId,
            @Bind("chunk") int chunk);

    /// How many candidates there are, counted up to a limit.
    @SqlQuery("""
            SELECT COUNT(*)
            FROM (<parts>) AS candidates
            """)
    long count(
            @Define("parts") String parts,
            @BindMap Map<String, Object> values,
            @Bind("fromId") long fromId,
            @Bind("toId") long toId,
            @Bind("chunk") int chunk);

    /// What [#next] looks at.
    static String ids(FilterPlan plan, Direction direction) {
        return rows(plan, "", direction);
    }

    /// What [#groups] looks at.
    static String withCommons(FilterPlan plan) {
        String commons = ", s.status, s.mode, COALESCE(s.owner, '') AS owner, CASE WHEN s.parked_reason IS NULL THEN ''"
                + " WHEN s.parked_reason LIKE '" + FilterPlan.PAUSED_PREFIX
                + "%' THEN 'paused' ELSE 'parked' END AS held";
        return rows(plan, commons, Direction.NEWEST_FIRST);
    }

    /// What [#count] counts: no row is read, only the index.
    static String unordered(FilterPlan plan) {
        StringJoiner union = new StringJoiner(" UNION ALL ");
        for (Candidates.Part part : plan.candidates().parts()) {
            union.add("(SELECT 1 AS one FROM " + part.tables() + " WHERE " + part.id() + " BETWEEN :fromId AND :toId "
                    + part.condition() + " LIMIT :chunk)");
        }
        return union.toString();
    }

    private static String rows(FilterPlan plan, String columns, Direction direction) {
        List<Candidates.Part> parts = plan.candidates().parts();
        String look = " AS id, (" + plan.fits() + ") AS fits" + columns + " FROM ";
        if (parts.size() == 1 && !plan.candidates().repeat()) {
            Candidates.Part part = parts.getFirst();
            return "(SELECT " + part.id() + look + part.tables() + trouble(plan, part.hasTrouble())
                    + part(part, direction) + ")";
        }
        String distinct = plan.candidates().repeat() ? "DISTINCT " : "";
        // Of several parts only the indexes are read, until it is known which rows come first.
        StringJoiner every = new StringJoiner(" UNION ALL ");
        for (Candidates.Part part : parts) {
            every.add("(SELECT " + distinct + part.id() + " AS id FROM " + part.tables() + part(part, direction) + ")");
        }
        return "(SELECT chosen.id" + look + "(SELECT id FROM (" + every + ") AS candidates ORDER BY id "
                + direction.sql()
                + " LIMIT :chunk) AS chosen STRAIGHT_JOIN saga s FORCE INDEX (PRIMARY) ON s.id = chosen.id"
                + trouble(plan, false) + ")";
    }

    private static String trouble(FilterPlan plan, boolean isThere) {
        return plan.looksAtTrouble() && !isThere ? " LEFT JOIN saga_trouble t ON t.saga_id = s.id" : "";
    }

    private static String part(Candidates.Part part, Direction direction) {
        return " WHERE " + part.id() + " BETWEEN :fromId AND :toId " + part.condition() + " ORDER BY " + part.id() + " "
                + direction.sql() + " LIMIT :chunk";
    }
}
