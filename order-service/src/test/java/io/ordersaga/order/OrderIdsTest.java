package io.ordersaga.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OrderIdsTest {
    private final SettableClock clock = new SettableClock(Orders.NOW);
    private final OrderIds ids = new OrderIds(clock);

    @Test
    void idIsTwentySixCharactersThatFitIntoAPath() {
        assertThat(ids.next()).matches("[0-9A-HJKMNP-TV-Z]{26}");
    }

    @Test
    void hundredThousandIdsOfOneMillisecondDiffer() {
        assertThat(Stream.generate(ids::next).limit(100_000)).doesNotHaveDuplicates();
    }

    @Test
    void everyCharacterOfTheRandomPartVaries() {
        List<String> sample = Stream.generate(ids::next).limit(500).toList();
        for (int i = 10; i < 26; i++) {
            int position = i;
            assertThat(sample.stream().map(id -> id.charAt(position)).distinct())
                    .hasSize(32);
        }
    }

    @Test
    void laterIdsSortBehindEarlierOnes() {
        String earlier = ids.next();
        clock.advance(Duration.ofMillis(1));
        assertThat(ids.next()).isGreaterThan(earlier);
    }

    @Test
    void timeIsTheFirstTenCharacters() {
        clock.set(Instant.ofEpochMilli(0));
        assertThat(new OrderIds(clock, new Random(1)).next()).startsWith("0000000000");
        clock.set(Instant.ofEpochMilli((1L << 48) - 1));
        assertThat(new OrderIds(clock, new Random(1)).next()).startsWith("7ZZZZZZZZZ");
    }
}
