package io.ordersaga.coordinator.admin.query;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.coordinator.engine.CallArchive;
import io.ordersaga.coordinator.engine.Gid;
import io.ordersaga.coordinator.engine.InvalidSagaException;
import io.ordersaga.coordinator.engine.SagaArchive;
import io.ordersaga.coordinator.engine.SagaArchive.StoredSaga;
import io.ordersaga.coordinator.engine.SagaDefinition;
import io.ordersaga.coordinator.engine.StoreUnavailableException;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.saga.v1.CountTransactionsRequest;
import io.ordersaga.saga.v1.CountTransactionsResponse;
import io.ordersaga.saga.v1.GetOverviewRequest;
import io.ordersaga.saga.v1.GetTransactionRequest;
import io.ordersaga.saga.v1.ListAttemptsRequest;
import io.ordersaga.saga.v1.ListAttemptsResponse;
import io.ordersaga.saga.v1.ListAttentionGroupsRequest;
import io.ordersaga.saga.v1.ListAttentionGroupsResponse;
import io.ordersaga.saga.v1.ListTransactionsRequest;
import io.ordersaga.saga.v1.ListTransactionsResponse;
import io.ordersaga.saga.v1.Overview;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.TransactionServiceGrpc;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// `saga.v1.TransactionService`: what operators ask about transactions.
final class TransactionEndpoint extends TransactionServiceGrpc.TransactionServiceImplBase {

    private static final int PAGE_SIZE = 50;

    private final Questions questions;
    private final SagaArchive archive;
    private final CallArchive calls;
    private final QueryGate gate;
    private final PageTokens tokens;
    private final ErrorDomain domain;

    /// What each method asks.
    record Questions(
            Scanner scanner,
            Summaries summaries,
            Counts counts,
            Details details,
            Overviews overviews,
            Attention attention) {}

    TransactionEndpoint(
            Questions questions, SagaArchive archive, CallArchive calls, QueryGate gate, ErrorDomain domain) {
        this.questions = questions;
        this.archive = archive;
        this.calls = calls;
        this.gate = gate;
        this.tokens = new PageTokens(domain);
        this.domain = domain;
    }

    @Override
    public void listTransactions(ListTransactionsRequest request, StreamObserver<ListTransactionsResponse> responses) {
        Filter filter = filter(domain, request.getFilter());
        Direction direction = request.getOrder() == ListTransactionsRequest.Order.OLDEST_FIRST
                ? Direction.OLDEST_FIRST
                : Direction.NEWEST_FIRST;
        String question = "transactions " + direction + " " + filter.text();
        Optional<Long> after = tokens.number(question, request.getPageToken());
        answer(responses, () -> {
            Scanner.Found found = questions
                    .scanner()
                    .find(
                            filter,
                            direction,
                            after.map(OptionalLong::of).orElse(OptionalLong.empty()),
                            size(request.getPageSize()));
            ListTransactionsResponse.Builder page = ListTransactionsResponse.newBuilder()
                    .addAllTransactions(questions.summaries().of(found.ids()))
                    .setScan(Counts.scan(found.scanned(), found.stopped()));
            found.nextAfter().ifPresent(next -> page.setNextPageToken(tokens.token(question, String.valueOf(next))));
            return page.build();
        });
    }

    @Override
    public void countTransactions(
            CountTransactionsRequest request, StreamObserver<CountTransactionsResponse> responses) {
        Filter filter = filter(domain, request.getFilter());
        answer(responses, () -> questions.counts().of(filter));
    }

    @Override
    public void getTransaction(GetTransactionRequest request, StreamObserver<Transaction> responses) {
        Gid gid = gid(request.getGid());
        answer(responses, () -> questions.details().of(gid).orElseThrow(() -> unknown(gid)));
    }

    @Override
    public void listAttempts(ListAttemptsRequest request, StreamObserver<ListAttemptsResponse> responses) {
        Gid gid = gid(request.getGid());
        boolean oldestFirst = request.getOrder() == ListAttemptsRequest.Order.OLDEST_FIRST;
        String question = "attempts " + oldestFirst + " " + gid;
        Optional<CallArchive.Mark> after =
                tokens.position(question, request.getPageToken()).map(this::mark);
        answer(responses, () -> {
            Optional<SagaDefinition> definition = definition(gid);
            CallArchive.Page page = calls.calls(gid, oldestFirst, after, size(request.getPageSize()));
            ListAttemptsResponse.Builder answer = ListAttemptsResponse.newBuilder();
            page.calls().forEach(call -> answer.addAttempts(questions.details().attempt(call, definition)));
            page.next()
                    .ifPresent(
                            next -> answer.setNextPageToken(tokens.token(question, next.row() + "." + next.index())));
            return answer.build();
        });
    }

    /// Empty when it cannot be read; NOT_FOUND when it is not there.
    private Optional<SagaDefinition> definition(Gid gid) {
        Optional<StoredSaga> stored;
        try {
            stored = archive.find(gid);
        } catch (StoreUnavailableException away) {
            throw away;
        } catch (RuntimeException unreadable) {
            // Its calls are shown all the same.
            return Optional.empty();
        }
        return Optional.of(stored.orElseThrow(() -> unknown(gid)).saga().definition());
    }

    private CallArchive.Mark mark(String position) {
        int dot = position.indexOf('.');
        try {
            return new CallArchive.Mark(
                    Long.parseLong(position.substring(0, Math.max(0, dot))),
                    Integer.parseInt(position.substring(dot + 1)));
        } catch (NumberFormatException notOurs) {
            throw tokens.foreign();
        }
    }

    @Override
    public void getOverview(GetOverviewRequest request, StreamObserver<Overview> responses) {
        answer(responses, () -> questions.overviews().overview());
    }

    @Override
    public void listAttentionGroups(
            ListAttentionGroupsRequest request, StreamObserver<ListAttentionGroupsResponse> responses) {
        Duration overAge = request.hasOverAge()
                ? Duration.ofSeconds(request.getOverAge().getSeconds())
                : questions.attention().usualOverAge();
        answer(responses, () -> questions.attention().groups(overAge));
    }

    private <T> void answer(StreamObserver<T> responses, Supplier<T> question) {
        T answer = gate.ask(question);
        responses.onNext(answer);
        responses.onCompleted();
    }

    private static int size(int wanted) {
        return wanted == 0 ? PAGE_SIZE : wanted;
    }

    private Gid gid(String text) {
        try {
            return new Gid(text);
        } catch (InvalidSagaException invalid) {
            throw domain.invalidField("gid", invalid.description());
        }
    }

    private RefusalException unknown(Gid gid) {
        return domain.refusal(
                Status.Code.NOT_FOUND,
                "TRANSACTION_NOT_FOUND",
                "there is no transaction " + gid,
                Map.of("gid", gid.value()));
    }

    /// INVALID_ARGUMENT `FILTER_INVALID` with the place that is not understood.
    static Filter filter(ErrorDomain domain, String text) {
        try {
            return Filter.parse(text);
        } catch (FilterException invalid) {
            throw invalid.refusal(domain, "filter");
        }
    }
}
