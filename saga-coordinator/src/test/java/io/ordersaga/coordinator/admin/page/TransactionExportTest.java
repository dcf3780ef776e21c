package io.ordersaga.coordinator.admin.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.saga.v1.ListTransactionsResponse;
import io.ordersaga.saga.v1.TransactionSummary;
import io.ordersaga.saga.v1.VerifyAuditResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Files that are written page by page.
class TransactionExportTest {

    private static final List<TransactionSummary> TWO = List.of(named("one"), named("two"));

    private static TransactionSummary named(String gid) {
        return TransactionSummary.newBuilder().setGid(gid).build();
    }

    @Test
    void pagesMakeOneDocumentAlsoWhenSomeAreEmpty() {
        assertThat(gids(List.of(TWO, TWO))).containsExactly("one", "two", "one", "two");
        assertThat(gids(List.of(List.of(), TWO, List.of(), TWO, List.of())))
                .containsExactly("one", "two", "one", "two");
        assertThat(gids(List.of(List.of()))).isEmpty();
    }

    private static List<String> gids(List<List<TransactionSummary>> pages) {
        TransactionExport export = TransactionExport.as("json");
        StringBuilder file = new StringBuilder(export.head());
        int written = 0;
        for (List<TransactionSummary> page : pages) {
            file.append(export.lines(page, written == 0));
            written += page.size();
        }
        return JsonMapper.shared()
                .readTree(file.append(export.foot()).toString())
                .valueStream()
                .map(one -> one.path("gid").asString())
                .toList();
    }

    @Test
    void aFileThatDoesNotHoldAllSaysSo() throws IOException {
        for (String as : List.of("json", "csv")) {
            assertThat(written(as, 4, true)).endsWith(as.equals("json") ? "\"two\"}\n]\n" : "\"\"\r\n");
            assertThat(written(as, 3, true)).contains("cut: there are more than these 3 transactions");
            assertThat(written(as, 4, false)).contains("cut: there are more than these 2 transactions");
        }
        assertThat(JsonMapper.shared().readTree(written("json", 3, true))).hasSize(4);
        assertThat(TransactionExport.as("csv").name(3)).isEqualTo("transactions-first-3.csv");
    }

    /// Two pages of two.
    private static String written(String as, int most, boolean inTime) throws IOException {
        StringWriter file = new StringWriter();
        ListTransactionsResponse last =
                ListTransactionsResponse.newBuilder().addAllTransactions(TWO).build();
        TransactionExport.as(as)
                .write(file, last.toBuilder().setNextPageToken("2").build(), _ -> last, most, () -> inTime);
        return file.toString();
    }

    @Test
    void theAuditLogIsReadToItsEnd() throws IOException {
        List<String> pages = List.of("{\"seq\":\"1\"}\n{\"seq\":\"2\"}\n", "{\"seq\":\"3\"}\n");
        StringWriter file = new StringWriter();
        AuditPage.copy(file, after -> after == 0 ? pages.getFirst() : after == 2 ? pages.getLast() : "");
        assertThat(file).hasToString(String.join("", pages));
        // One that does not get on is no list.
        assertThatThrownBy(() -> AuditPage.copy(new StringWriter(), _ -> pages.getLast()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anAuditLogThatWasNotReadToItsEndIsNotCalledIntact() {
        Formats formats = Samples.formats(Texts.ENGLISH);
        VerifyAuditResponse some = VerifyAuditResponse.newBuilder()
                .setIntact(true)
                .setEntries(2)
                .setLastSeq(2)
                .setHeadSeq(5)
                .setHeadHash("hash")
                .build();
        DialogView unfinished = AuditPage.verdict(formats, some);
        assertThat(unfinished.text()).contains("no. 2 of 5");
        assertThat(unfinished.secret()).isEmpty();
        assertThat(unfinished.hidden()).containsExactly(Map.entry("first", "3"));
        DialogView all =
                AuditPage.verdict(formats, some.toBuilder().setHeadSeq(2).build());
        assertThat(all.text()).contains("All 2 entries");
        assertThat(all.secret()).isEqualTo("hash");
    }

    @Test
    void aSpreadsheetFindsNoFormula() {
        assertThat(TransactionExport.as("csv").lines(List.of(named("=1+1"), named("a\"b")), false))
                .contains("\"'=1+1\",", "\"a\"\"b\",");
    }
}
