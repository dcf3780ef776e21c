package io.ordersaga.coordinator.admin.page;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.ordersaga.saga.v1.TransactionSummary;
import java.util.List;
import java.util.stream.Collectors;

/// How a list of transactions is written into a file, page by page.
final class TransactionExport {

    private static final String HEAD =
            "gid,mode,status,parked,business_key,created,finished,duration_ms,attempts,steps_done,steps_total,target,error";

    private final boolean json;

    private TransactionExport(boolean json) {
        this.json = json;
    }

    /// @param as `json`, or anything else for comma separated values
    static TransactionExport as(String as) {
        return new TransactionExport(as.equals("json"));
    }

    String name() {
        return json ? "transactions.json" : "transactions.csv";
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

    String foot() {
        return json ? "\n]\n" : "";
    }

    private static String line(TransactionSummary one) {
        return List.of(
                                one.getGid(),
                                one.getMode(),
                                one.getStatus().name(),
                                String.valueOf(one.getParked()),
                                one.getBusinessKey(),
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
