package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import io.ordersaga.stack.Port;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Opens the Swagger page and places an order from it.
@Tag("e2e")
class SwaggerPageTest {

    @AfterAll
    static void booksBalance() {
        Shop.open().books.balance();
    }

    @Test
    void placesTheOrderFromTheSwaggerPage() {
        Visitor.assumeChromium();
        Shop shop = Shop.open();
        try (Visitor visitor = Visitor.of(shop.url(Port.GATEWAY))) {
            visitor.page.navigate(shop.url(Port.GATEWAY) + "/apis/swagger/index.html");
            Locator submit = visitor.page.locator("#operations-OrderService-OrderService_SubmitOrder");
            submit.locator(".opblock-summary-control").click();
            submit.locator("textarea.body-param__text")
                    .fill("{\"userId\":1,\"productId\":2,\"amount\":1100,\"productCount\":1}");
            submit.locator("button.execute").click();
            Locator response = submit.locator(".live-responses-table .response .microlight")
                    .first();
            response.waitFor();
            assertThat(response.textContent()).contains("orderId");
            visitor.keep("swagger");
            visitor.wentNowhereElse();
        }
    }
}
