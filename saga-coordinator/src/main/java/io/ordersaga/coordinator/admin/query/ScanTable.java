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
@RegisterConstructorMapper(ScanTable.TargetGroup.class)
interface ScanTable {

    /// A row that was looked at. Public because JDBI maps public records only.
    public record Looked(long id, boolean fits) {}

    /// Rows with something in common. Public because JDBI maps public records only.
    public record Group(boolean fits, String status, String mode, String owner, String held, long number) {}

    /// Rows with the same target of their last unsuccessful call. Public because JDBI maps public records only.
    public record TargetGroup(String target, long number) {}

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

    /// Of the first rows, how many have what in common.
    @SqlQuery("""
            SELECT fits, status, mode, owner, held, COUNT(*) AS number
            FROM (
              SELECT *
              FROM (<parts>) AS candidates
              ORDER BY id DESC
              LIMIT :chunk) AS newest
            GROUP BY fits, status, mode, owner, held
            """)
    List<Group> groups(
            @Define("parts") String parts,
            @BindMap Map<String, Object> values,
            @Bind("fromId") long fromId,
            @Bind("toId") long toId,
            @Bind("chunk") int chunk);

    /// Of the first rows that fit, the most frequent targets.
    @SqlQuery("""
            SELECT target, COUNT(*) AS number
            FROM (
              SELECT *
              FROM (<parts>) AS candidates
              ORDER BY id DESC
              LIMIT :chunk) AS newest
            WHERE fits
              AND target IS NOT NULL
            GROUP BY target
            ORDER BY number DESC, target
            LIMIT :most
            """)
    List<TargetGroup> targets(
            @Define("parts") String parts,
            @BindMap Map<String, Object> values,
            @Bind("fromId") long fromId,
            @Bind("toId") long toId,
            @Bind("chunk") int chunk,
            @Bind("most") int most);

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
        return parts(plan, "", plan.looksAtTrouble(), " ORDER BY " + "%s " + direction.sql());
    }

    /// What [#groups] looks at.
    static String withCommons(FilterPlan plan) {
        return parts(
                plan,
                ", s.status, s.mode, COALESCE(s.owner, '') AS owner, CASE WHEN s.parked_reason IS NULL THEN ''"
                        + " WHEN s.parked_reason LIKE '" + FilterPlan.PAUSED_PREFIX
                        + "%%' THEN 'paused' ELSE 'parked' END AS held",
                plan.looksAtTrouble(),
                " ORDER BY %s DESC");
    }

    /// What [#targets] looks at.
    static String withTargets(FilterPlan plan) {
        return parts(plan, ", t.target", true, " ORDER BY %s DESC");
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

    private static String parts(FilterPlan plan, String columns, boolean trouble, String order) {
        StringJoiner union = new StringJoiner(" UNION ALL ");
        for (Candidates.Part part : plan.candidates().parts()) {
            String join = trouble && !part.hasTrouble() ? " LEFT JOIN saga_trouble t ON t.saga_id = s.id" : "";
            union.add("(SELECT " + part.id() + " AS id, (" + plan.fits() + ") AS fits" + columns.replace("%%", "%")
                    + " FROM " + part.tables() + join + " WHERE " + part.id() + " BETWEEN :fromId AND :toId "
                    + part.condition() + order.formatted(part.id()) + " LIMIT :chunk)");
        }
        return union.toString();
    }
}
