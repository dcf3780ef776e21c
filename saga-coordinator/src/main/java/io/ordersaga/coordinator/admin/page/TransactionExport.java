package io.ordersaga.coordinator.admin.page;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.ordersaga.saga.v1.TransactionSummary;
import java.util.List;
import java.util.stream.Collectors;

/// A list of transactions as a file.
final class TransactionExport {

    private static final String HEAD =
            "gid,mode,status,parked,business_key,created,finished,duration_ms,attempts,steps_done,steps_total,target,error";

    private TransactionExport() {}

    static String csv(List<TransactionSummary> transactions) {
        return HEAD + "\r\n"
                + transactions.stream().map(TransactionExport::line).collect(Collectors.joining());
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

    static String json(List<TransactionSummary> transactions) {
        return transactions.stream()
                .map(one -> {
                    try {
                        return JsonFormat.printer()
                                .omittingInsignificantWhitespace()
                                .print(one);
                    } catch (InvalidProtocolBufferException failure) {
                        throw new IllegalStateException("a transaction holds no message that is not known", failure);
                    }
                })
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }
}
