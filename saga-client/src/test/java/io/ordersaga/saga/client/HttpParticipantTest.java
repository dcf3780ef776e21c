package io.ordersaga.saga.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.Status;
import io.ordersaga.testkit.DatabaseTest;
import io.ordersaga.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A branch that is called over HTTP, whose work uses JDBI.
@DatabaseTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpParticipantTest {
    private final Shelf shelf;
    private final Barrier barrier;

    HttpParticipantTest(TestDatabase database) {
        this.shelf = new Shelf(database);
        this.barrier = new Barrier(database.dataSource());
    }

    @Test
    void workOfAQueryRunsOnce() {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();

        assertThat(reserve(query(action), product)).isEqualTo(new BranchAnswer(200, "{\"dtm_result\":\"SUCCESS\"}"));
        assertThat(reserve(query(action), product).status()).isEqualTo(200);

        assertThat(shelf.reserved(product)).isOne();
        assertThat(shelf.barrierRows(action)).containsExactly("02 01 action action");
    }

    private BranchAnswer reserve(String query, long product) {
        return BranchAnswer.of(
                query,
                branch -> barrier.of(branch).call(connection -> {
                    try (Handle handle = Jdbi.open(connection)) {
                        handle.execute(
                                "UPDATE shelf SET available = available - 1, reserved = reserved + 1 WHERE product_id = ?",
                                product);
                    }
                }));
    }

    /// JDBI wraps what the barrier has to know.
    @Test
    void errorThatWorkSwallowsRollsBack() {
        long product = shelf.newProduct();
        BranchContext action = Shelf.action();

        BranchAnswer answer = BranchAnswer.of(
                query(action),
                branch -> barrier.of(branch).call(connection -> {
                    Shelf.move(connection, product, 1);
                    try (Handle handle = Jdbi.open(connection)) {
                        assertThatThrownBy(() -> handle.execute("no SQL")).isInstanceOf(RuntimeException.class);
                    }
                }));

        assertThat(answer).isEqualTo(new BranchAnswer(500, "{\"message\":\"failed, to be called again\"}"));
        assertThat(shelf.reserved(product)).isZero();
        assertThat(shelf.barrierRows(action)).isEmpty();
    }

    @Test
    void refusalIsAConflictWithItsReason() {
        BranchAnswer answer = BranchAnswer.of(query(Shelf.action()), branch -> {
            throw new BranchRefusedException(
                    "stock", "OUT_OF_STOCK", "no \"pieces\"\n\\ left", Map.of("b", "2", "a", "1"));
        });

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body())
                .isEqualTo("{\"dtm_result\":\"FAILURE\",\"reason\":\"OUT_OF_STOCK\",\"domain\":\"stock\","
                        + "\"metadata\":{\"a\":\"1\",\"b\":\"2\"},"
                        + "\"message\":\"no \\\"pieces\\\"\\u000a\\\\ left\"}");
    }

    /// Coordinators look for the two words in any body.
    @Test
    void wordsOfAResultStandInNoOtherText() {
        BranchAnswer refused = BranchAnswer.of(query(Shelf.action()), branch -> {
            throw new BranchRefusedException("pay", "REFUND_ONGOING", "is ONGOING", Map.of("ONGOING", "ONGOING"));
        });

        assertThat(refused.body()).doesNotContain("ONGOING").contains("\"REFUND_\\u004fNGOING\"");
        assertThat(BranchAnswer.of(Status.newBuilder()
                        .setCode(13)
                        .setMessage("FAILURE, ONGOING")
                        .build()))
                .isEqualTo(new BranchAnswer(500, "{\"message\":\"\\u0046AILURE, \\u004fNGOING\"}"));
    }

    @Test
    void ongoingIsTooEarly() {
        BranchAnswer answer = BranchAnswer.of(query(Shelf.action()), branch -> {
            throw new BranchOngoingException("printing");
        });

        assertThat(answer).isEqualTo(new BranchAnswer(425, "{\"dtm_result\":\"ONGOING\",\"message\":\"printing\"}"));
    }

    @Test
    void rejectionComesInAHeader() {
        Status why = Status.newBuilder().setCode(10).setMessage("no stock").build();
        String header = Base64.getEncoder().encodeToString(why.toByteArray());
        String query = query(Shelf.compensation(Shelf.action()));
        List<Optional<Status>> seen = new ArrayList<>();

        BranchAnswer.of(query, header, branch -> seen.add(branch.rejection()));
        BranchAnswer.of(query, "no base64", branch -> seen.add(branch.rejection()));
        BranchAnswer.of(
                query, Base64.getEncoder().encodeToString(new byte[5000]), branch -> seen.add(branch.rejection()));
        BranchAnswer.of(query, branch -> seen.add(branch.rejection()));

        assertThat(seen).containsExactly(Optional.of(why), Optional.empty(), Optional.empty(), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trans_type=saga&branch_id=01&op=action|gid must not be empty",
                "gid=g&trans_type=saga&branch_id=01|op must not be empty",
                "gid=%C3%A4&trans_type=saga&branch_id=01&op=action|gid must be printable ASCII",
                "gid=%zz&trans_type=saga&branch_id=01&op=action|gid is not percent-encoded",
                "&&==&gid|gid must not be empty"
            })
    void callOfAnyoneElseIsABadRequest(String query, String words) {
        BranchAnswer answer = BranchAnswer.of(query, branch -> {
            throw new AssertionError("must not run");
        });

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains(words);
        assertThat(BranchAnswer.of(null, branch -> {}).status()).isEqualTo(400);
    }

    @Test
    void queryIsDecoded() {
        assertThat(BranchContext.fromQuery("a=b&op=try&gid=x%2Fy%20z&branch_id=0101&dtm=h%3A1&trans_type=tcc"))
                .isEqualTo(new BranchContext("x/y z", "tcc", "0101", "try"));
    }

    private static String query(BranchContext branch) {
        return "branch_id=" + branch.branchId() + "&gid=" + branch.gid() + "&op=" + branch.op() + "&trans_type="
                + branch.transType();
    }
}
