package io.ordersaga.coordinator.admin.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.saga.v1.TransactionSummary;
import java.util.List;
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
    void aSpreadsheetFindsNoFormula() {
        assertThat(TransactionExport.as("csv").lines(List.of(named("=1+1"), named("a\"b")), false))
                .contains("\"'=1+1\",", "\"a\"\"b\",");
    }
}
