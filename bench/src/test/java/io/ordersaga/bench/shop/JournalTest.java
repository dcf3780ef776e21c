package io.ordersaga.bench.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.bench.shop.Journal.Told;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JournalTest {
    private final Journal journal = new Journal();

    @Test
    void aPaidOrderMayBeRefundedButNotCancelled() {
        journal.acknowledged("a", "ann");
        journal.told("a", Told.PAID);
        journal.told("a", Told.REFUNDED);
        assertThat(journal.complaints()).isZero();

        journal.acknowledged("b", "ann");
        journal.told("b", Told.PAID);
        journal.told("b", Told.CANCELLED);

        assertThat(journal.complaintLines())
                .containsExactly("BROKEN is told two ends (1)", "    b was PAID and is CANCELLED");
        assertThat(journal.orders()).containsEntry("a", Told.REFUNDED).containsEntry("b", Told.PAID);
    }

    @Test
    void ofManyComplaintsOnlyTheFirstAreToldButAllAreCounted() {
        for (int number = 0; number < 100; number++) {
            journal.complain("promise", "case " + number);
        }

        assertThat(journal.complaints()).isEqualTo(100);
        assertThat(journal.complaintLines()).hasSize(11).startsWith("BROKEN promise (100)", "    case 0");
    }

    @Test
    void theFirstOfManyIsWantedMost() {
        Zipf zipf = new Zipf(40);
        Random random = new Random(1);
        int[] wanted = new int[40];
        for (int number = 0; number < 10_000; number++) {
            wanted[zipf.next(random)]++;
        }

        assertThat(wanted[0]).isBetween(2 * wanted[1] * 8 / 10, 2 * wanted[1] * 12 / 10);
        assertThat(wanted[39]).isPositive();
    }
}
