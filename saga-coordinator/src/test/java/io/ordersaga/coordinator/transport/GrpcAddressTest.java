package io.ordersaga.coordinator.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which URLs name a gRPC method, and how they come apart.
class GrpcAddressTest {

    @ParameterizedTest
    @CsvSource({
        "shop:9000/shop.Shop/Do, shop:9000, shop.Shop/Do",
        "10.0.0.1:1/a/b, 10.0.0.1:1, a/b",
        "shop_1.local:65535/a.b.C_1/D_2, shop_1.local:65535, a.b.C_1/D_2",
        "dns:///shop:9000/shop.Shop/Do, dns:///shop:9000, shop.Shop/Do",
        "[::1]:9000/shop.Shop/Do, [::1]:9000, shop.Shop/Do",
        "dns:///[fe80::1.2.3.4]:9000/shop.Shop/Do, dns:///[fe80::1.2.3.4]:9000, shop.Shop/Do"
    })
    void anAddressIsATargetAndAMethod(String url, String target, String method) {
        assertThat(GrpcAddress.parse(url)).contains(new GrpcAddress(target, method));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "shop",
                "shop:9000",
                "shop:9000/",
                "shop:9000/Do",
                "shop:9000/shop.Shop/",
                "shop:9000//Do",
                "shop:9000/shop.Shop/Do/More",
                "shop:9000/shop.Shop/Do.It",
                "shop:9000/shop-Shop/Do",
                "shop/shop.Shop/Do",
                ":9000/shop.Shop/Do",
                "shop:/shop.Shop/Do",
                "shop:900000/shop.Shop/Do",
                "shop:90a/shop.Shop/Do",
                "two words:9000/shop.Shop/Do",
                "shop:1:9000/shop.Shop/Do",
                "::1:9000/shop.Shop/Do",
                "[]:9000/shop.Shop/Do",
                "[::1:9000/shop.Shop/Do",
                "[::g]:9000/shop.Shop/Do",
                "nacos://shop/shop.Shop/Do",
                "dns:///",
                "dns:///shop/shop.Shop/Do",
                "dns://shop:9000/shop.Shop/Do"
            })
    void anythingElseIsNone(String url) {
        assertThat(GrpcAddress.parse(url)).isEmpty();
    }
}
