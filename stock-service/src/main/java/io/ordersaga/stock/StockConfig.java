package io.ordersaga.stock;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of this service.
///
/// @param pageSizeDefault products on a page when the caller does not say
/// @param pageSizeMax products on a page at most, whatever the caller says
@ConfigurationProperties("ordersaga.stock")
record StockConfig(
        @DefaultValue("20") int pageSizeDefault,
        @DefaultValue("100") int pageSizeMax) {
    StockConfig {
        if (pageSizeDefault < 1 || pageSizeMax < pageSizeDefault) {
            throw new IllegalArgumentException(
                    "ordersaga.stock: 1 <= page-size-default <= page-size-max, but they are %d and %d"
                            .formatted(pageSizeDefault, pageSizeMax));
        }
    }

    /// The size of the page for a caller who asked for `asked`, where 0 is "you say".
    int pageSize(int asked) {
        return asked == 0 ? pageSizeDefault : Math.min(asked, pageSizeMax);
    }
}
