package io.ordersaga.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.bench.load.Audit;
import io.ordersaga.bench.report.Figure.Verdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FigureTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final Report report = new Report(new PrintWriter(out, true));

    @Test
    void aFigureIsHeldAgainstWhatIsRequired() {
        assertThat(Figure.atLeast("ratio", 0.5, 0.5, "").verdict()).isEqualTo(Verdict.MET);
        assertThat(Figure.atLeast("ratio", 0.49, 0.5, "").verdict()).isEqualTo(Verdict.MISSED);
        assertThat(Figure.atMost("p99", 3, 3, "x").verdict()).isEqualTo(Verdict.MET);
        assertThat(Figure.atMost("p99", 3.1, 3, "x").verdict()).isEqualTo(Verdict.MISSED);
        assertThat(Figure.atLeast("ratio", Double.NaN, 0.5, "").verdict()).isEqualTo(Verdict.MISSED);
        assertThat(Figure.printed("rate", 1234.5, "/s"))
                .extracting(Figure::value)
                .isEqualTo("1,235 /s");
    }

    @Test
    void theReportShowsEveryLineAndLeavesItAsJson() throws Exception {
        report.condition("processors", "2");
        report.add("grpc64", Figure.atLeast("ratio to bare", 0.4, 0.5, ""));
        report.audited("grpc64", new Audit(10, 0, 0, 0, 0));
        Path file = folder.resolve("bench/run.json");
        report.print();
        report.write(file);

        assertThat(out.toString().lines())
                .anySatisfy(line -> assertThat(line)
                        .contains("ratio to bare")
                        .contains("0.40")
                        .contains(">= 0.50")
                        .endsWith("MISSED"));
        assertThat(Files.readString(file)).contains("\"number\" : 0.4").contains("\"verdict\" : \"MISSED\"");
        assertThat(report.missed()).isEqualTo(1);
        assertThat(report.clean()).isTrue();
    }

    @Test
    void oneLostSagaBreaksTheRun() {
        report.audited("grpc64", new Audit(10, 1, 0, 0, 0));
        report.audited("http64", new Audit(10, 0, 0, 0, 0));

        assertThat(report.clean()).isFalse();
        assertThat(out.toString()).contains("AUDIT of grpc64");
    }

    @Test
    void aLoadOfWhichNothingWasAcknowledgedBreaksTheRun() {
        report.audited("grpc64", new Audit(10, 0, 0, 0, 0));
        assertThat(report.clean()).isTrue();
        report.audited("http64", Audit.NOTHING);
        assertThat(report.clean()).isFalse();
    }
}
