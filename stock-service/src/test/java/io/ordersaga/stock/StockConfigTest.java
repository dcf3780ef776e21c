package io.ordersaga.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StockConfigTest {
    @Test
    void zeroIsTheDefaultAndMoreThanTheMaximumIsTheMaximum() {
        StockConfig config = new StockConfig(20, 100);

        assertThat(config.pageSize(0)).isEqualTo(20);
        assertThat(config.pageSize(7)).isEqualTo(7);
        assertThat(config.pageSize(101)).isEqualTo(100);
    }

    @Test
    void sizesThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> new StockConfig(0, 100)).hasMessageContaining("page-size-default");
        assertThatThrownBy(() -> new StockConfig(20, 19)).hasMessageContaining("20 and 19");
    }
}
