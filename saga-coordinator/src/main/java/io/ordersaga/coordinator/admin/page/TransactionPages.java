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
import io.ordersaga.saga.v1.ListAttemptsResponse;
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
        int most = visit.desk().settings().exportMax();
        long total = counts(visit, question.filter()).getTotal().getValue();
        ListTransactionsResponse first = exported(visit, question, "");
        long endNanos = System.nanoTime() + visit.desk().settings().exportFor().toNanos();
        return visit.file(
                export.name(total > most ? most : 0),
                export.type(),
                file -> export.write(
                        file,
                        first,
                        token -> exported(visit, question, token),
                        most,
                        () -> System.nanoTime() - endNanos < 0));
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
        String calls = visit.parameter("calls");
        TransactionView.Answers answers = visit.shared(
                TransactionView.Answers.class,
                List.of("transaction", gid, attempts, calls),
                () -> read(visit.backend(), gid, attempts, calls));
        String origin = visit.request().uri().getScheme() + "://"
                + visit.request().uri().getAuthority();
        return visit.page(
                "transaction", "transactions", TransactionView.of(answers, visit.role(), origin, visit.formats()));
    }

    /// Usually the calls that came with the transaction, so that what is said of them and what is listed agree.
    ///
    /// @param token of older calls; empty for the newest
    private static TransactionView.Answers read(Backend backend, String gid, int size, String token) {
        Transaction transaction = backend.transactions()
                .getTransaction(GetTransactionRequest.newBuilder().setGid(gid).build());
        boolean enough = size <= ATTEMPTS
                && token.isEmpty()
                && transaction.getUnreadable().isEmpty();
        String many = "&attempts=" + ATTEMPTS_MAX;
        List<Attempt> attempts = transaction.getAttemptsList();
        String older = attempts.size() >= ATTEMPTS ? many : "";
        if (!enough) {
            ListAttemptsResponse calls = backend.transactions()
                    .listAttempts(ListAttemptsRequest.newBuilder()
                            .setGid(gid)
                            .setPageSize(size)
                            .setPageToken(token)
                            .build());
            attempts = calls.getAttemptsList();
            older = calls.getNextPageToken().isEmpty()
                    ? ""
                    : many + "&calls=" + Links.encoded(calls.getNextPageToken());
        }
        String here = token.isEmpty() ? size > ATTEMPTS ? many : "" : many + "&calls=" + Links.encoded(token);
        return new TransactionView.Answers(
                transaction,
                backend.operations()
                        .getOperations(
                                GetOperationsRequest.newBuilder().setGid(gid).build()),
                attempts,
                new TransactionView.CallsPage(here, older, token.isEmpty()),
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
