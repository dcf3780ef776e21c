package io.ordersaga.coordinator.admin.page;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.ordersaga.saga.v1.Attempt;
import io.ordersaga.saga.v1.Availability;
import io.ordersaga.saga.v1.Branch;
import io.ordersaga.saga.v1.Count;
import io.ordersaga.saga.v1.CountTransactionsResponse;
import io.ordersaga.saga.v1.CountTransactionsResponse.Facet;
import io.ordersaga.saga.v1.Explanation;
import io.ordersaga.saga.v1.Hold;
import io.ordersaga.saga.v1.ListTransactionsResponse;
import io.ordersaga.saga.v1.Operation;
import io.ordersaga.saga.v1.OperationResult;
import io.ordersaga.saga.v1.Overview;
import io.ordersaga.saga.v1.Payload;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.Session;
import io.ordersaga.saga.v1.Transaction;
import io.ordersaga.saga.v1.TransactionStatus;
import io.ordersaga.saga.v1.TransactionSummary;
import io.ordersaga.saga.v1.Trouble;
import io.ordersaga.saga.v1.Views;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Answers of the API as a shop's coordinator would give them on a bad evening: stock is down, orders wait at their
/// second step, some are parked. Every text that somebody outside may choose can be replaced.
record Samples(String text) {

    static final Instant NOW = Instant.parse("2026-11-21T19:42:10.250Z");
    private static final String STOCK = "grpc://stock:28282/eshop.stock.v1.StockBranches/";
    private static final String ORDER = "grpc://order:8282/eshop.order.v1.OrderBranches/";
    private static final String COUPON = "grpc://coupon:18282/eshop.coupon.v1.CouponBranches/";
    private static final String PAY = "grpc://pay:38282/eshop.pay.v1.PayBranches/";
    private static final String DOWN = "UNAVAILABLE: connection refused: stock/10.0.3.7:28282";

    static Formats formats(Locale language) {
        ZoneId zone = language.equals(Texts.CHINESE) ? ZoneId.of("Asia/Shanghai") : ZoneOffset.UTC;
        return new Formats(new Texts(), language, zone, NOW);
    }

    private String or(String usual) {
        return text.isEmpty() ? usual : text;
    }

    private static Timestamp at(double secondsAgo) {
        Instant time = NOW.minusMillis((long) (secondsAgo * 1000));
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    private static Duration millis(long millis) {
        return Duration.newBuilder()
                .setSeconds(millis / 1000)
                .setNanos((int) (millis % 1000) * 1_000_000)
                .build();
    }

    private static Count count(long value) {
        return Count.newBuilder().setValue(value).setAtLeast(value > 1_000_000).build();
    }

    private static Overview.StatusCount status(TransactionStatus.Value status, long value) {
        return Overview.StatusCount.newBuilder()
                .setStatus(status)
                .setCount(count(value))
                .build();
    }

    Overview overview() {
        Overview.Builder overview = Overview.newBuilder()
                .setReadTime(at(0))
                .addStatuses(status(TransactionStatus.Value.PREPARED, 12))
                .addStatuses(status(TransactionStatus.Value.SUBMITTED, 1_284))
                .addStatuses(status(TransactionStatus.Value.ABORTING, 37))
                .addStatuses(status(TransactionStatus.Value.SUCCEEDED, 1_482_901))
                .addStatuses(status(TransactionStatus.Value.FAILED, 21_344))
                .setParked(count(46))
                .setBacklog(count(3))
                .setAlerts(2)
                .setDurations(Overview.Durations.newBuilder()
                        .setP50(millis(38))
                        .setP95(millis(412))
                        .setP99(millis(5_230))
                        .setTransactions(10_000))
                .setOldestUnfinished(
                        summary("place-01JD3T9QW2", TransactionStatus.Value.SUBMITTED, true, 8_412, 21).toBuilder())
                .addFailingBranches(failing(STOCK + "Reserve", "action", 1_190, DOWN))
                .addFailingBranches(
                        failing(PAY + "Create", "action", 64, "DEADLINE_EXCEEDED: no answer within 3 s of pay:38282"))
                .addFailingBranches(failing(STOCK + "Release", "compensate", 31, DOWN))
                .addFailingBranches(
                        failing(COUPON + "Lock", "action", 8, "UNKNOWN: coupon 7781 is being settled by another order"))
                .setNode(Overview.SelfDiagnosis.newBuilder()
                        .setNode("4711-9f3a11c0")
                        .setClockSkew(millis(4))
                        .setDatabaseLatency(millis(2))
                        .setPoolActive(6)
                        .setPoolMax(16)
                        .setGcPause(millis(34))
                        .addProblems(Overview.Problem.newBuilder()
                                .setId("backlog")
                                .setSeverity(Overview.Problem.Severity.WARNING)
                                .setText("3 transactions have been due for 12 s and no node works on them: "
                                        + "look whether the nodes are at their limits.")));
        for (int minute = 0; minute < 60; minute++) {
            long submitted = 2_600 + (long) (900 * Math.sin(minute / 7.0)) + minute * 37 % 240;
            long lost = minute > 46 ? 600 + minute * 4L : 0;
            overview.addMinutes(Overview.Minute.newBuilder()
                    .setStartTime(at(60.0 * (60 - minute)))
                    .setSubmitted(submitted)
                    .setSucceeded(submitted - lost - 40)
                    .setFailed(35 + minute % 9)
                    .setParked(minute > 50 ? 4 : 0));
        }
        return overview.build();
    }

    private Overview.FailingBranch failing(String target, String op, long transactions, String error) {
        return Overview.FailingBranch.newBuilder()
                .setTarget(or(target))
                .setOp(op)
                .setTransactions(transactions)
                .setError(or(error))
                .setCallTime(at(2))
                .setFilter("target~stock status=submitted")
                .build();
    }

    private TransactionSummary summary(
            String gid, TransactionStatus.Value status, boolean parked, long secondsAgo, int attempts) {
        boolean over = status == TransactionStatus.Value.SUCCEEDED || status == TransactionStatus.Value.FAILED;
        TransactionSummary.Builder summary = TransactionSummary.newBuilder()
                .setGid(or(gid))
                .setMode("saga")
                .setStatus(status)
                .setBusinessKey(or("order:" + gid.substring(gid.indexOf('-') + 1)))
                .putTags(text.isEmpty() ? "saga" : text, or("place"))
                .putTags("user", or("10042"))
                .setCreateTime(at((double) secondsAgo))
                .setUpdateTime(at(2))
                .setDuration(over ? millis(41 + secondsAgo % 90) : millis(secondsAgo * 1000))
                .setAttempts(attempts)
                .setParked(parked)
                .setStepsDone(over ? 5 : 1)
                .setStepsTotal(5);
        if (over) {
            summary.setFinishTime(at((double) secondsAgo));
        }
        if (attempts > 0) {
            summary.setTrouble(Trouble.newBuilder()
                    .setStep(1)
                    .setOp("action")
                    .setTarget(or(STOCK + "Reserve"))
                    .setOutcome("unknown")
                    .setError(or(DOWN))
                    .setCallTime(at(3))
                    .setFailures(attempts));
        }
        if (parked) {
            summary.setParkedReason(or("20 errors in a row; the last: " + DOWN));
        }
        return summary.build();
    }

    TransactionsView.Chosen chosen() {
        TransactionsView.Question question = new TransactionsView.Question(or("status=submitted"), false, "");
        Views views = Views.newBuilder()
                .addViews(Views.View.newBuilder().setName(or("stock is down")).setFilter(or("target~stock")))
                .build();
        Session session = Session.newBuilder()
                .setKind(Session.Kind.PERSON)
                .setName(or("mei"))
                .build();
        return new TransactionsView.Chosen(
                ViewsView.of(session, question, views, text.isEmpty() ? "" : text), ViewsView.hidden(views));
    }

    ListTransactionsResponse list() {
        ListTransactionsResponse.Builder list =
                ListTransactionsResponse.newBuilder().setNextPageToken("next");
        TransactionStatus.Value[] states = {
            TransactionStatus.Value.SUBMITTED,
            TransactionStatus.Value.SUBMITTED,
            TransactionStatus.Value.SUCCEEDED,
            TransactionStatus.Value.SUBMITTED,
            TransactionStatus.Value.ABORTING,
            TransactionStatus.Value.FAILED,
            TransactionStatus.Value.SUCCEEDED,
            TransactionStatus.Value.SUCCEEDED,
            TransactionStatus.Value.PREPARED,
            TransactionStatus.Value.SUBMITTED,
            TransactionStatus.Value.SUCCEEDED,
            TransactionStatus.Value.FAILED
        };
        for (int i = 0; i < states.length; i++) {
            boolean over =
                    states[i] == TransactionStatus.Value.SUCCEEDED || states[i] == TransactionStatus.Value.PREPARED;
            list.addTransactions(summary(
                    (i == 8 ? "refund-" : "place-") + "01JD3TBK" + (char) ('A' + i) + "Q" + (70 - i),
                    states[i],
                    i == 1 || i == 9,
                    4 + 37L * i * i,
                    over ? 0 : 3 + i));
        }
        return list.build();
    }

    CountTransactionsResponse counts() {
        return CountTransactionsResponse.newBuilder()
                .setTotal(count(1_505_624))
                .addStatuses(facet("submitted", 1_284, "status=submitted").toBuilder()
                        .setSelected(true))
                .addStatuses(facet("aborting", 37, "status=aborting"))
                .addStatuses(facet("prepared", 12, "status=prepared"))
                .addStatuses(facet("succeed", 1_482_901, "status=succeed"))
                .addStatuses(facet("failed", 21_344, "status=failed"))
                .addTargets(facet(or("grpc://stock:28282"), 1_221, "target=\"grpc://stock:28282\""))
                .addTargets(facet("grpc://pay:38282", 64, "target=\"grpc://pay:38282\""))
                .addParked(facet("true", 46, "parked=true"))
                .build();
    }

    private static Facet facet(String value, long count, String filter) {
        return Facet.newBuilder()
                .setValue(value)
                .setCount(count(count))
                .setFilter(filter)
                .build();
    }

    TransactionView.Answers hanging() {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 14; i >= 1; i--) {
            attempts.addFirst(
                    attempt(1, "action", STOCK + "Reserve", "unknown", DOWN, 3 + i * 9.7, i % 3 == 0 ? 3_000 : 4));
        }
        attempts.addLast(attempt(0, "action", ORDER + "Begin", "succeeded", "", 148, 6));
        attempts.sort((one, other) ->
                Long.compare(other.getCallTime().getSeconds(), one.getCallTime().getSeconds()));
        Transaction transaction = Transaction.newBuilder()
                .setSummary(summary("place-01JD3TBKAQ70", TransactionStatus.Value.SUBMITTED, false, 148, 14))
                .setExplanation(Explanation.newBuilder()
                        .setId(text)
                        .setText(or("Step 2 of 5, Stock.Reserve, has been called 14 times without an answer, last "
                                + "UNAVAILABLE at 19:41:57 from stock/10.0.3.7; the next try is in 4 s. It is rolled "
                                + "back by itself at 20:09.")))
                .addBranches(branch(0, ORDER + "Begin", ORDER + "Reject", Branch.State.SUCCEEDED, 1, attempts))
                .addBranches(branch(1, STOCK + "Reserve", STOCK + "Release", Branch.State.OPEN, 14, attempts))
                .addBranches(branch(2, COUPON + "Lock", COUPON + "Unlock", Branch.State.UNTOUCHED, 0, attempts))
                .addBranches(branch(3, PAY + "Create", PAY + "Close", Branch.State.UNTOUCHED, 0, attempts))
                .addBranches(branch(4, ORDER + "Confirm", "", Branch.State.UNTOUCHED, 0, attempts))
                .setProtocol("grpc")
                .putBranchHeaders("traceparent", or("00-9f3a11c0d2b44e0c8d8f1f5b8b1d2c3a-51b3d6f0a1b2c3d4-01"))
                .putBranchHeaders("authorization", "***")
                .setDeadline(at(-1_620))
                .setTraceId("9f3a11c0d2b44e0c8d8f1f5b8b1d2c3a")
                .addNotes(Transaction.Note.newBuilder()
                        .setAuthor(or("mei"))
                        .setCreateTime(at(62))
                        .setText(or("Stock is being restarted by the platform team, ticket OPS-1182.")))
                .addRelatedGids(or("ship-01JD3TBKAQ70"))
                .setEtag("e14")
                .build();
        return new TransactionView.Answers(
                transaction,
                operations(),
                attempts,
                new TransactionView.CallsPage("", "&attempts=200", true),
                "{\n  \"summary\": {\n    \"gid\": \"" + or("place-01JD3TBKAQ70") + "\"\n  }\n}");
    }

    private OperationResult operations() {
        OperationResult.Builder result = OperationResult.newBuilder()
                .setGid("place-01JD3TBKAQ70")
                .setStatus(TransactionStatus.Value.SUBMITTED)
                .setHold(Hold.Kind.NOT_HELD);
        Map<Operation.Kind, Boolean> allowed =
                Map.of(Operation.Kind.RESUME, false, Operation.Kind.RELEASE, false, Operation.Kind.DELETE, false);
        for (Operation.Kind kind : Operation.Kind.values()) {
            if (kind == Operation.Kind.KIND_UNSPECIFIED || kind == Operation.Kind.UNRECOGNIZED) {
                continue;
            }
            boolean may = allowed.getOrDefault(kind, true);
            result.addOperations(Availability.newBuilder()
                    .setOperation(kind)
                    .setAllowed(may)
                    .setDenial(may ? "" : "NOT_PAUSED")
                    .setText(may ? "" : or("it is not paused"))
                    .setLeastRole(kind == Operation.Kind.DELETE ? Role.ADMIN : Role.OPERATOR));
        }
        return result.build();
    }

    private Branch branch(
            int step, String action, String compensation, Branch.State state, int calls, List<Attempt> attempts) {
        Branch.Builder branch = Branch.newBuilder()
                .setStep(step)
                .setBranchId("0" + (step + 1))
                .setReached(state != Branch.State.UNTOUCHED)
                .setAction(side(action, state, calls, calls > 1 ? attempts.getFirst() : attempts.getLast()))
                .setCompensation(side(
                        compensation,
                        compensation.isEmpty() ? Branch.State.NOTHING : Branch.State.UNTOUCHED,
                        0,
                        attempts.getFirst()))
                .setPayload(Payload.newBuilder()
                        .setForm(Payload.Form.JSON)
                        .setSize(164)
                        .setMasked(1)
                        .setText(
                                or("{\n  \"orderId\": \"01JD3TBKAQ70\",\n  \"userId\": \"10042\",\n  \"items\": [\n    "
                                        + "{ \"productId\": \"1\", \"count\": 1 }\n  ],\n  \"phone\": \"***\"\n}")));
        if (step > 0) {
            branch.addWaitsFor(step - 1);
        }
        return branch.build();
    }

    private Branch.Side side(String url, Branch.State state, int calls, Attempt last) {
        Branch.Side.Builder side = Branch.Side.newBuilder()
                .setUrl(url.isEmpty() ? "" : or(url))
                .setState(state)
                .setAttempts(calls);
        if (calls > 0) {
            side.setLastAttempt(last);
        }
        return side.build();
    }

    private Attempt attempt(
            int step, String op, String target, String outcome, String error, double secondsAgo, long took) {
        return Attempt.newBuilder()
                .setCallTime(at(secondsAgo))
                .setNode(or("4711-9f3a11c0"))
                .setStep(step)
                .setOp(op)
                .setTarget(or(target))
                .setOutcome(outcome)
                .setError(error.isEmpty() ? "" : or(error))
                .setLatency(millis(took))
                .setStatus(outcome.equals("unknown") ? "UNAVAILABLE" : "")
                .setTraceId("9f3a11c0d2b44e0c8d8f1f5b8b1d2c3a")
                .build();
    }
}
