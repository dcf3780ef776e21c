package io.ordersaga.coordinator.admin.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ordersaga.coordinator.admin.query.Filter.AttemptsTerm;
import io.ordersaga.coordinator.admin.query.Filter.Comparison;
import io.ordersaga.coordinator.admin.query.Filter.DurationTerm;
import io.ordersaga.coordinator.admin.query.Filter.Match;
import io.ordersaga.coordinator.admin.query.Filter.ModeIn;
import io.ordersaga.coordinator.admin.query.Filter.Moment;
import io.ordersaga.coordinator.admin.query.Filter.ParkedTerm;
import io.ordersaga.coordinator.admin.query.Filter.PausedTerm;
import io.ordersaga.coordinator.admin.query.Filter.StatusIn;
import io.ordersaga.coordinator.admin.query.Filter.TagTerm;
import io.ordersaga.coordinator.admin.query.Filter.Term;
import io.ordersaga.coordinator.admin.query.Filter.TextField;
import io.ordersaga.coordinator.admin.query.Filter.TextTerm;
import io.ordersaga.coordinator.admin.query.Filter.TimeField;
import io.ordersaga.coordinator.admin.query.Filter.TimeTerm;
import io.ordersaga.coordinator.engine.SagaStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a filter means, and what is said of one that means nothing.
class FilterTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void everyTermIsUnderstood() {
        assertThat(terms("  status=submitted,ABORTING   mode=saga,tcc  "))
                .containsExactly(
                        new StatusIn(Set.of(SagaStatus.SUBMITTED, SagaStatus.ABORTING)),
                        new ModeIn(Set.of("saga", "tcc")));
        assertThat(terms("status=succeed,succeeded,failed,prepared"))
                .containsExactly(new StatusIn(Set.of(SagaStatus.SUCCEEDED, SagaStatus.FAILED, SagaStatus.PREPARED)));
        assertThat(terms("gid=place-* gid=\"place-*\" key=order:123 key=order:* owner=north"))
                .containsExactly(
                        new TextTerm(TextField.GID, Match.STARTS, "place-"),
                        new TextTerm(TextField.GID, Match.IS, "place-*"),
                        new TextTerm(TextField.KEY, Match.IS, "order:123"),
                        new TextTerm(TextField.KEY, Match.STARTS, "order:"),
                        new TextTerm(TextField.OWNER, Match.IS, "north"));
        assertThat(terms("tag:user=7 tag:user=7* tag:a.b-c_d=\"x y\""))
                .containsExactly(
                        new TagTerm("user", Match.IS, "7"),
                        new TagTerm("user", Match.STARTS, "7"),
                        new TagTerm("a.b-c_d", Match.IS, "x y"));
        assertThat(terms("target~stock target=http://h:1/p?a=b error~\"timed \\\"out\\\" \\\\\" reason~no note~x"))
                .containsExactly(
                        new TextTerm(TextField.TARGET, Match.CONTAINS, "stock"),
                        new TextTerm(TextField.TARGET, Match.IS, "http://h:1/p?a=b"),
                        new TextTerm(TextField.ERROR, Match.CONTAINS, "timed \"out\" \\"),
                        new TextTerm(TextField.REASON, Match.CONTAINS, "no"),
                        new TextTerm(TextField.NOTE, Match.CONTAINS, "x"));
        assertThat(terms("duration>1h30m attempts>=3 parked=true paused=false fingerprint=none"))
                .containsExactly(
                        new DurationTerm(Comparison.MORE, Duration.ofMinutes(90)),
                        new AttemptsTerm(Comparison.AT_LEAST, 3),
                        new ParkedTerm(true),
                        new PausedTerm(false),
                        new TextTerm(TextField.FINGERPRINT, Match.IS, "none"));
        assertThat(Filter.parse(" \t ")).isEqualTo(Filter.ALL);
    }

    @Test
    void timesAreUtcUnlessTheySayOtherwiseAndMayBeRelative() {
        assertThat(terms("created>=2026-11-21T12:00 updated<2026-11-21 finished>2026-11-21T13:00:00.5+01:00 due<=-15m"))
                .containsExactly(
                        new TimeTerm(TimeField.CREATED, Comparison.AT_LEAST, new Moment.At(NOON)),
                        new TimeTerm(
                                TimeField.UPDATED,
                                Comparison.LESS,
                                new Moment.At(Instant.parse("2026-11-21T00:00:00Z"))),
                        new TimeTerm(TimeField.FINISHED, Comparison.MORE, new Moment.At(NOON.plusMillis(500))),
                        new TimeTerm(TimeField.DUE, Comparison.AT_MOST, new Moment.Ago(Duration.ofMinutes(15))));
        assertThat(new Moment.Ago(Duration.ofMinutes(15)).from(NOON)).isEqualTo("2026-11-21T11:45:00Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stauts=submitted|1|expected status, mode",
                "status=submitted,dreaming|8|expected prepared",
                "gid=a  status~x|8|status goes with = only",
                "place-17|9|gid=place-17*",
                "=x|1|expected status",
                "gid=|5|expected a value",
                "gid=a\"b|6|has to begin with one",
                "error~\"open|7|has no end",
                "error~\"a\"b|10|expected a blank",
                "created~x|1|goes with <, <=",
                "created<yesterday|9|expected a time",
                "created<0001-01-01|9|expected a year",
                "created<-15|9|expected a duration",
                "created<-999999999d|9|at most 36500d",
                "duration=5s|1|goes with <",
                "duration>5|10|expected a duration",
                "attempts>=many|11|a number",
                "attempts>=12345678901|11|a number",
                "parked=maybe|8|true or false",
                "mode=magic|6|expected saga",
                "tag:=x|1|tag:<name>",
                "owner~x|1|owner goes with = only",
                "error=x|1|error goes with ~ only",
                "owner=x*|1|owner takes no *",
                "gid=ä|5|printable ASCII",
                "tag:user=ä|10|printable ASCII",
                "gid<x|1|gid goes with = or ~",
                "note~\"\"|6|something to look for"
            })
    void whatIsNotUnderstoodIsNamedWithItsPlace(String text, int position, String message) {
        FilterException refusal = catchThrowableOfType(FilterException.class, () -> Filter.parse(text));

        assertThat(refusal).as(text).isNotNull();
        assertThat(refusal.description())
                .startsWith("at character " + position + ": ")
                .contains(message);
        assertThat(refusal.position()).isEqualTo(position);
    }

    @Test
    void aFilterIsBounded() {
        assertThat(catchThrowableOfType(FilterException.class, () -> Filter.parse("gid=" + "x".repeat(997))))
                .hasMessageContaining("1000 characters");
        assertThat(catchThrowableOfType(FilterException.class, () -> Filter.parse("parked=true ".repeat(21))))
                .hasMessageContaining("20 terms");
    }

    @Test
    void quotedValuesComeBackAsTheyWere() {
        for (String value : List.of("plain", "with blank", "a\"b", "back\\slash", "star*", "", "http://h/p?a=b")) {
            if (!value.isEmpty()) {
                assertThat(Filter.parse("error~" + Filter.quoted(value)).terms())
                        .containsExactly(new TextTerm(TextField.ERROR, Match.CONTAINS, value));
            }
        }
        assertThat(Filter.parse("gid=a").and("status=failed").text()).isEqualTo("gid=a status=failed");
    }

    /// Whatever somebody types is a filter or is refused with a place inside it.
    @Test
    void noTextBreaksTheParser() {
        Random random = new Random(7);
        String alphabet = "gidkeystatu=~<>\"\\* :-,.0123456789smhTZ\u00e4\n";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(40);
            for (int index = 0; index < length; index++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(Filter.parse(text.toString()).terms()).hasSizeLessThanOrEqualTo(Filter.TERMS_MAX);
            } catch (FilterException refusal) {
                assertThat(refusal.position()).isBetween(1, length + 1);
            }
        }
    }

    @Test
    void noCharacterOfAFilterReachesTheSql() {
        String evil = "x'; DROP TABLE saga; -- %_!";
        FilterPlan plan = FilterPlan.of(
                Filter.parse("gid=" + Filter.quoted(evil) + " key=" + Filter.quoted(evil) + " tag:t="
                        + Filter.quoted(evil)
                        + " owner=" + Filter.quoted(evil) + " target=" + Filter.quoted(evil) + " error~"
                        + Filter.quoted(evil) + " reason~" + Filter.quoted(evil) + " note~" + Filter.quoted(evil)
                        + " fingerprint=" + Filter.quoted(evil)),
                NOON,
                Instant::toEpochMilli);

        assertThat(ScanTable.ids(plan, Direction.NEWEST_FIRST) + ScanTable.withCommons(plan))
                .doesNotContain("DROP");
        assertThat(plan.values().values()).contains("%x'; DROP TABLE saga; -- !%!_!!%");
    }

    @Test
    void aTermIsTakenBackAsItWasWritten() {
        Filter filter = Filter.parse(" gid=place-*  STATUS=Submitted target=\"http://a b\" ");
        assertThat(filter.has("status=submitted")).isTrue();
        assertThat(filter.has("status=aborting")).isFalse();
        assertThat(filter.without("status=submitted").text()).isEqualTo("gid=place-* target=\"http://a b\"");
        assertThat(filter.without("target=" + Filter.quoted("http://a b")).text())
                .isEqualTo("gid=place-* STATUS=Submitted");
        assertThat(filter.without("parked=true").terms()).isEqualTo(filter.terms());
        assertThat(Filter.parse("parked=true").without("parked=true").selectsAll())
                .isTrue();
    }

    @Test
    void theNarrowestIndexIsTaken() {
        assertThat(kind("")).isEqualTo(Candidates.Kind.ALL);
        assertThat(kind("status=failed error~x gid=a key=b")).isEqualTo(Candidates.Kind.GID);
        assertThat(kind("status=failed tag:user=7")).isEqualTo(Candidates.Kind.LABEL);
        assertThat(kind("parked=true")).isEqualTo(Candidates.Kind.STATUS);
        assertThat(kind("parked=true fingerprint=ab")).isEqualTo(Candidates.Kind.FINGERPRINT);
        assertThat(kind("target~stock")).isEqualTo(Candidates.Kind.TROUBLED);
        assertThat(kind("gid=a*")).isEqualTo(Candidates.Kind.PREFIX);
        assertThat(kind("duration>5s")).isEqualTo(Candidates.Kind.ALL);
    }

    private static Candidates.Kind kind(String filter) {
        return FilterPlan.of(Filter.parse(filter), NOON, Instant::toEpochMilli)
                .candidates()
                .kind();
    }

    private static List<Term> terms(String text) {
        return Filter.parse(text).terms();
    }
}
