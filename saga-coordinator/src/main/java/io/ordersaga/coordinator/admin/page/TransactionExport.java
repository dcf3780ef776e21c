package io.ordersaga.coordinator.admin.page;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.ordersaga.saga.v1.ListTransactionsResponse;
import io.ordersaga.saga.v1.TransactionSummary;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/// How a list of transactions is written into a file, page by page.
final class TransactionExport {

    private static final String HEAD =
            "gid,mode,status,parked,paused,business_key,tags,owner,created,finished,duration_ms,attempts,steps_done,"
                    + "steps_total,target,error";

    private final boolean json;

    private TransactionExport(boolean json) {
        this.json = json;
    }

    /// @param as `json`, or anything else for comma separated values
    static TransactionExport as(String as) {
        return new TransactionExport(as.equals("json"));
    }

    /// @param first how many of all it will hold; 0 when it is not known that there are more
    String name(int first) {
        return (first == 0 ? "transactions" : "transactions-first-" + first) + (json ? ".json" : ".csv");
    }

    String type() {
        return json ? "application/json" : "text/csv;charset=utf-8";
    }

    String head() {
        return json ? "[" : HEAD + "\r\n";
    }

    /// @param first whether nothing was written before
    String lines(List<TransactionSummary> transactions, boolean first) {
        if (!json) {
            return transactions.stream().map(TransactionExport::line).collect(Collectors.joining());
        }
        String objects = transactions.stream().map(TransactionExport::object).collect(Collectors.joining(",\n"));
        return (first || objects.isEmpty() ? "\n" : ",\n") + objects;
    }

    /// Writes one page after the other, and says so at the end when there are more than it wrote.
    ///
    /// @param next the page of a token
    /// @param most how many transactions are written at most
    /// @param inTime whether to go on
    void write(
            Writer file,
            ListTransactionsResponse first,
            Function<String, ListTransactionsResponse> next,
            int most,
            BooleanSupplier inTime)
            throws IOException {
        file.write(head());
        ListTransactionsResponse page = first;
        int written = 0;
        while (true) {
            int fitting = Math.min(page.getTransactionsCount(), most - written);
            file.write(lines(page.getTransactionsList().subList(0, fitting), written == 0));
            written += fitting;
            boolean more = fitting < page.getTransactionsCount()
                    || !page.getNextPageToken().isEmpty();
            if (!more) {
                break;
            }
            if (written >= most || !inTime.getAsBoolean()) {
                file.write(cut(written));
                break;
            }
            file.flush();
            page = next.apply(page.getNextPageToken());
        }
        file.write(foot());
    }

    private String cut(int written) {
        String text = "cut: there are more than these " + written + " transactions; narrow the filter";
        return json ? (written == 0 ? "\n" : ",\n") + "{\"cut\":\"" + text + "\"}" : cell(text) + "\r\n";
    }

    String foot() {
        return json ? "\n]\n" : "";
    }

    private static String line(TransactionSummary one) {
        return List.of(
                                one.getGid(),
                                one.getMode(),
                                one.getStatus().name(),
                                String.valueOf(one.getParked()),
                                String.valueOf(one.getPaused()),
                                one.getBusinessKey(),
                                one.getTagsMap().entrySet().stream()
                                        .sorted(Map.Entry.comparingByKey())
                                        .map(tag -> tag.getKey() + "=" + tag.getValue())
                                        .collect(Collectors.joining(";")),
                                one.getOwner(),
                                time(one.getCreateTime()),
                                one.hasFinishTime() ? time(one.getFinishTime()) : "",
                                String.valueOf(
                                        Formats.duration(one.getDuration()).toMillis()),
                                String.valueOf(one.getAttempts()),
                                String.valueOf(one.getStepsDone()),
                                String.valueOf(one.getStepsTotal()),
                                one.getTrouble().getTarget(),
                                one.getParkedReason().isEmpty()
                                        ? one.getTrouble().getError()
                                        : one.getParkedReason())
                        .stream()
                        .map(TransactionExport::cell)
                        .collect(Collectors.joining(","))
                + "\r\n";
    }

    private static String time(Timestamp time) {
        return Formats.instant(time).toString();
    }

    /// A text that a spreadsheet would take for a formula is made one that it does not.
    private static String cell(String text) {
        String harmless = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return '"' + harmless.replace("\"", "\"\"") + '"';
    }

    private static String object(TransactionSummary transaction) {
        try {
            return JsonFormat.printer().omittingInsignificantWhitespace().print(transaction);
        } catch (InvalidProtocolBufferException failure) {
            throw new IllegalStateException("a transaction holds no message that is not known", failure);
        }
    }
}
