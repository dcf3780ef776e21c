package io.ordersaga.pay.mock;

import io.ordersaga.pay.PaymentProvider.IntentStatus;
import io.ordersaga.pay.mock.MockTable.Intent;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Map;

/// The page where customers of the mock provider pay: one form, no scripts, nothing loaded from
/// elsewhere.
@SuppressWarnings("InlineFormatString") // a page is read whole, apart from what fills it
final class MockPage {
    static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer");

    private static final String FRAME = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>%s</title>
            <style>
            :root { --ground: #eef1f6; --card: #fff; --ink: #1b2333; --soft: #55607a; --line: #d5dbe7; --deed: #2447c4;
              --good: #11683a; --bad: #a3231f; }
            @media (prefers-color-scheme: dark) { :root { --ground: #10141d; --card: #1a202d; --ink: #eef1f6;
              --soft: #a6b0c5; --line: #343d50; --deed: #5f82ff; --good: #5fd08f; --bad: #ff8a84; } }
            * { box-sizing: border-box; }
            body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
              background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
            main { width: min(30rem, 100%%); background: var(--card); border: 1px solid var(--line);
              border-radius: 1rem; padding: 2rem; box-shadow: 0 .5rem 2rem rgb(0 0 0 / 8%%); }
            .note { margin: 0 0 1.5rem; padding: .5rem .75rem; border-left: .25rem solid var(--deed);
              background: var(--ground); color: var(--soft); font-size: .875rem; }
            h1 { margin: 0; font-size: 1rem; font-weight: 600; color: var(--soft); }
            .amount { margin: .25rem 0 0; font-size: 2.5rem; font-weight: 700; font-variant-numeric: tabular-nums; }
            .id { margin: 0 0 1.5rem; color: var(--soft); font-size: .8125rem; overflow-wrap: anywhere; }
            .state { margin: 0 0 1.5rem; font-weight: 600; }
            .good { color: var(--good); } .bad { color: var(--bad); }
            fieldset { border: 0; margin: 0 0 1.5rem; padding: 0; }
            legend { padding: 0; margin-bottom: .5rem; font-weight: 600; }
            .choice { display: grid; grid-template-columns: auto 1fr; gap: 0 .75rem; padding: .625rem 0;
              border-top: 1px solid var(--line); cursor: pointer; }
            .choice input { margin-top: .375rem; accent-color: var(--deed); }
            .choice small { grid-column: 2; color: var(--soft); }
            .row { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin-bottom: 1.5rem; }
            .row label { display: grid; gap: .25rem; font-weight: 600; font-size: .875rem; }
            select, input[type=number] { font: inherit; padding: .5rem; border: 1px solid var(--soft);
              border-radius: .5rem; background: var(--card); color: var(--ink); }
            button { width: 100%%; padding: .875rem; border: 0; border-radius: .625rem; font: inherit;
              font-weight: 700; background: var(--deed); color: var(--card); cursor: pointer; }
            :focus-visible { outline: .1875rem solid var(--deed); outline-offset: .125rem; }
            </style>
            </head>
            <body>
            <main>
            <p class="note">Mock provider. No money moves.</p>
            %s
            </main>
            </body>
            </html>
            """;

    private static final String HEAD = """
            <h1>Amount to pay</h1>
            <p class="amount">%s</p>
            <p class="id">Payment %s</p>
            <p class="state %s" role="status">%s</p>
            """;

    private static final String CHOICE = """
            <label class="choice"><input type="radio" name="script" value="%s"%s>%s<small>%s</small></label>
            """;

    private static final String FORM = """
            <form method="post" action="/pay/%s">
            <fieldset><legend>What shall happen?</legend>
            %s</fieldset>
            <div class="row">
            <label>Delay in seconds<input type="number" name="seconds" value="5" min="0" max="600" required></label>
            <label>Refunds later<select name="refund"><option value="ok">succeed</option>
            <option value="decline">are declined</option><option value="delay">take a while</option></select></label>
            </div>
            <button type="submit">Continue</button>
            </form>
            """;

    private MockPage() {}

    static String of(Intent intent) {
        IntentStatus status = IntentStatus.valueOf(intent.status());
        String head = HEAD.formatted(
                amount(intent),
                intent.paymentId(),
                switch (status) {
                    case SUCCEEDED -> "good";
                    case FAILED, CANCELED -> "bad";
                    case OPEN, PROCESSING -> "";
                },
                switch (status) {
                    case OPEN -> "Not paid yet";
                    case FAILED -> "Declined. You may try again";
                    case PROCESSING -> "Being processed";
                    case SUCCEEDED -> "Paid. You may close this page";
                    case CANCELED -> "Cancelled by the shop";
                });
        return switch (status) {
            case OPEN, FAILED -> FRAME.formatted("Pay " + amount(intent), head + form(intent));
            case PROCESSING, SUCCEEDED, CANCELED -> FRAME.formatted("Payment", head);
        };
    }

    static String unknown() {
        return FRAME.formatted("Unknown payment", "<h1>There is no such payment</h1>");
    }

    private static String form(Intent intent) {
        StringBuilder choices = new StringBuilder();
        for (MockScript script : MockScript.values()) {
            choices.append(CHOICE.formatted(
                    script.word(),
                    script == MockScript.SUCCESS ? " checked" : "",
                    script.title(),
                    script.explanation()));
        }
        return FORM.formatted(intent.intentId(), choices);
    }

    /// In the major unit, with the currency's own number of decimals. An intent's texts are of letters,
    /// digits and hyphens, so nothing here needs to be escaped.
    private static String amount(Intent intent) {
        int decimals = decimals(intent.currency());
        String amount = BigDecimal.valueOf(intent.amountMinor(), decimals).toPlainString();
        return intent.currency() + " " + amount;
    }

    private static int decimals(String currency) {
        try {
            return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        } catch (IllegalArgumentException e) {
            return 2;
        }
    }
}
