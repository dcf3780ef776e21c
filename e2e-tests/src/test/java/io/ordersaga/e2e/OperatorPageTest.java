package io.ordersaga.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.ordersaga.stack.Component;
import io.ordersaga.stack.Port;
import io.ordersaga.stack.StackFolder;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The operator's evening with the real shop: an order hangs, and the coordinator's admin page is all there is to find
/// out why and to do something about it.
@Tag("e2e")
class OperatorPageTest {
    private static final String PASSWORD = "chosen by the operator";
    /// The one-time password is good once, and this test may have to be tried twice.
    private static boolean passwordChosen;

    @AfterAll
    static void booksBalance() {
        Shop.open().books.balance();
    }

    @Test
    void theOrderThatHangsIsFoundByItsIdAndFinishesOnceStockIsBack() throws IOException {
        Visitor.assumeChromium();
        Shop shop = Shop.open();
        long user = shop.newId();
        long product = shop.newId();
        shop.books.addProduct(product, 5);
        // Bought once, it is known what it costs, also while nobody can be asked.
        shop.outcome(shop.submit(user, product, 1, 0));
        shop.kill(Component.STOCK);
        String order = shop.submit(user, product, 1, 0);
        assertThat(shop.order(order).get("state").asString()).isEqualTo("PLACING");

        URI origin = shop.url(Port.COORDINATOR);
        try (Visitor operator = Visitor.of(origin)) {
            Page page = operator.page;
            signIn(page, origin);

            page.navigate(origin + "/transactions");
            page.locator("#filter").fill("key=order:" + order);
            page.locator("#filter").press("Enter");
            Locator found = page.locator("a.gid");
            assertThat(found).hasCount(1);
            String transaction = origin + found.getAttribute("href");
            found.click();
            assertThat(page.locator("#why")).containsText("StockBranches/Reserve");
            assertThat(page.locator("#why")).containsText("UNAVAILABLE");
            operator.keep("order-hangs");

            String stock = "127.0.0.1:" + shop.proxy(Component.STOCK).port();
            page.navigate(origin + "/targets");
            Locator target = page.locator("tr").filter(new Locator.FilterOptions().setHasText(stock));
            target.locator("button").click();
            page.locator("#dialog textarea").fill("stock is being restarted");
            confirm(page);
            assertThat(target).containsText("Paused");
            page.navigate(transaction);
            assertThat(page.locator("#why")).containsText("paused");

            shop.start(Component.STOCK);
            page.navigate(origin + "/targets");
            assertThat(target).containsText("stock is being restarted");
            operator.keep("stock-paused");
            target.locator("button").click();
            confirm(page);

            // From here on nobody touches the page.
            page.navigate(transaction);
            assertThat(page.locator(".gid-head .state")).containsText("Succeeded");
            assertThat(page.locator("#why")).containsText("steps succeeded");
            operator.keep("order-finished");
            operator.wentNowhereElse();
        }
        assertThat(shop.outcome(order).get("state").asString()).isEqualTo("AWAITING_PAYMENT");
        assertThat(shop.books.stock(product)).isEqualTo("3/2");
    }

    private static void signIn(Page page, URI origin) throws IOException {
        page.navigate(origin.toString());
        page.locator("input[name=account]").fill("admin");
        page.locator("input[name=password]").fill(passwordChosen ? PASSWORD : oneTimePassword());
        page.locator("button[type=submit]").click();
        if (!passwordChosen) {
            page.locator("input[name=current]").fill(oneTimePassword());
            page.locator("input[name=new]").fill(PASSWORD);
            page.locator("input[name=again]").fill(PASSWORD);
            page.locator("button[type=submit]").click();
        }
        assertThat(page.locator("h1")).hasText("Overview");
        passwordChosen = true;
    }

    /// Where `./ordersaga up` says it is.
    private static String oneTimePassword() throws IOException {
        Properties secrets = new Properties();
        try (Reader file = Files.newBufferedReader(new StackFolder(Path.of("target/stack")).secrets())) {
            secrets.load(file);
        }
        return secrets.getProperty("ADMIN_PASSWORD");
    }

    private static void confirm(Page page) {
        page.locator("#dialog-confirm").click();
        page.locator("#dialog").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
    }
}
