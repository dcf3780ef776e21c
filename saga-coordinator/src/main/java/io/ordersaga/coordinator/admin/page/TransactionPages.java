package io.ordersaga.coordinator.admin.page;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ordersaga.saga.v1.Attempt;
import io.ordersaga.saga.v1.CountTransactionsRequest;
import io.ordersaga.saga.v1.CountTransactionsResponse;
import io.ordersaga.saga.v1.GetOperationsRequest;
import io.ordersaga.saga.v1.GetTransactionRequest;
import io.ordersaga.saga.v1.ListAttemptsRequest;
import io.ordersaga.saga.v1.ListTransactionsRequest;
import io.ordersaga.saga.v1.ListTransactionsResponse;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.Views;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.web.servlet.function.ServerResponse;

/// The list of transactions, its exports, and one transaction.
final class TransactionPages {

    private static final int PAGE = 50;
    private static final int ATTEMPTS = 50;
    private static final int ATTEMPTS_MAX = 200;
    private static final int EXPORT_PAGE = 200;

    private TransactionPages() {}

    static ServerResponse list(Visit visit) {
        TransactionsView.Question question = question(visit);
        TransactionsView.Chosen chosen = chosen(visit, question);
        try {
            ListTransactionsResponse page = visit.shared(
                    ListTransactionsResponse.class,
                    question,
                    () -> visit.backend()
                            .transactions()
                            .listTransactions(request(question, PAGE).build()));
            CountTransactionsResponse counts = counts(visit, question.filter());
            return visit.page(
                    "transactions",
                    "transactions",
                    TransactionsView.of(question, chosen, page, counts, visit.formats()));
        } catch (StatusRuntimeException failure) {
            if (failure.getStatus().getCode() != Status.Code.INVALID_ARGUMENT || visit.isLive()) {
                throw failure;
            }
            return visit.page(
                    "transactions",
                    "transactions",
                    TransactionsView.refused(
                            question, chosen, ApiFailure.of(failure).text(visit.formats())));
        }
    }

    static TransactionsView.Question question(Visit visit) {
        return new TransactionsView.Question(
                visit.parameter("filter").strip(), visit.parameter("order").equals("oldest"), visit.parameter("page"));
    }

    /// A live region says itself which columns it leaves out, so that nobody has to be asked every few seconds.
    private static TransactionsView.Chosen chosen(Visit visit, TransactionsView.Question question) {
        if (visit.isLive()) {
            return new TransactionsView.Chosen(
                    ViewsView.of(visit.session(), question, Views.getDefaultInstance(), ""),
                    List.of(visit.parameter(TransactionsView.HIDDEN).split(",", -1)));
        }
        Views views = ViewPages.of(visit);
        return new TransactionsView.Chosen(ViewsView.of(visit.session(), question, views, ""), ViewsView.hidden(views));
    }

    /// Counting costs more than a page of a list does, so it is done less often.
    private static CountTransactionsResponse counts(Visit visit, String filter) {
        Supplier<CountTransactionsResponse> count = () -> visit.backend()
                .transactions()
                .countTransactions(
                        CountTransactionsRequest.newBuilder().setFilter(filter).build());
        return visit.isLive() ? visit.desk().counts().get(CountTransactionsResponse.class, filter, count) : count.get();
    }

    private static ListTransactionsRequest.Builder request(TransactionsView.Question question, int size) {
        return ListTransactionsRequest.newBuilder()
                .setFilter(question.filter())
                .setOrder(
                        question.oldestFirst()
                                ? ListTransactionsRequest.Order.OLDEST_FIRST
                                : ListTransactionsRequest.Order.NEWEST_FIRST)
                .setPageSize(size)
                .setPageToken(question.pageToken());
    }

    /// What is refused is refused before the answer begins. Then it is sent as it is found; when that breaks, the
    /// connection does, so that half of a list is not taken for all of it.
    static ServerResponse export(Visit visit) {
        TransactionsView.Question question = question(visit);
        TransactionExport export = TransactionExport.as(visit.parameter("as"));
        ListTransactionsResponse first = exported(visit, question, "");
        return visit.file(export.name(), export.type(), file -> {
            file.write(export.head());
            ListTransactionsResponse page = first;
            int written = 0;
            while (true) {
                file.write(export.lines(page.getTransactionsList(), written == 0));
                written += page.getTransactionsCount();
                if (page.getNextPageToken().isEmpty()
                        || written >= visit.desk().settings().exportMax()) {
                    break;
                }
                file.flush();
                page = exported(visit, question, page.getNextPageToken());
            }
            file.write(export.foot());
        });
    }

    private static ListTransactionsResponse exported(Visit visit, TransactionsView.Question question, String token) {
        return visit.backend()
                .transactions()
                .listTransactions(
                        request(question, EXPORT_PAGE).setPageToken(token).build());
    }

    static ServerResponse show(Visit visit) {
        String gid = visit.parameter("gid");
        int attempts = visit.parameter("attempts").equals("200") ? ATTEMPTS_MAX : ATTEMPTS;
        TransactionView.Answers answers = visit.shared(
                TransactionView.Answers.class,
                List.of("transaction", gid, attempts),
                () -> read(visit.backend(), gid, attempts));
        String origin = visit.request().uri().getScheme() + "://"
                + visit.request().uri().getAuthority();
        return visit.page(
                "transaction", "transactions", TransactionView.of(answers, visit.role(), origin, visit.formats()));
    }

    /// Usually the calls that came with the transaction, so that what is said of them and what is listed agree.
    private static TransactionView.Answers read(Backend backend, String gid, int size) {
        Transaction transaction = backend.transactions()
                .getTransaction(GetTransactionRequest.newBuilder().setGid(gid).build());
        boolean enough = size <= ATTEMPTS && transaction.getUnreadable().isEmpty();
        List<Attempt> attempts = enough
                ? transaction.getAttemptsList()
                : backend.transactions()
                        .listAttempts(ListAttemptsRequest.newBuilder()
                                .setGid(gid)
                                .setPageSize(size)
                                .build())
                        .getAttemptsList();
        return new TransactionView.Answers(
                transaction,
                backend.operations()
                        .getOperations(
                                GetOperationsRequest.newBuilder().setGid(gid).build()),
                attempts,
                size < ATTEMPTS_MAX && attempts.size() == size,
                json(transaction));
    }

    private static String json(Transaction transaction) {
        try {
            return JsonFormat.printer().print(transaction);
        } catch (InvalidProtocolBufferException failure) {
            throw new IllegalStateException("a transaction holds no message that is not known", failure);
        }
    }
}
