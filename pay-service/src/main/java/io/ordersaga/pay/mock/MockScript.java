package io.ordersaga.pay.mock;

import java.util.Locale;
import java.util.Optional;

/// What the customer of the mock provider may let happen.
enum MockScript {
    SUCCESS("Pay", "The money is collected and the shop is told."),
    DECLINE("Card is declined", "Nothing is collected; you may try again."),
    DELAY("Pay, decided later", "The shop hears that it is being processed, and the outcome after the delay."),
    DUPLICATE("Pay, told three times", "The shop gets the same notice three times."),
    OUT_OF_ORDER("Pay, told in the wrong order", "The shop hears of the success before the processing."),
    WRONG_AMOUNT("Pay, told with a wrong amount", "The notice says one minor unit too much; the account is right."),
    LATE("Pay too late", "Collected after the delay, even if the shop has cancelled by then."),
    LOST("Pay, notice is lost", "The shop is never told and has to ask."),
    OUTAGE("Pay, then the provider is down", "It does not answer for the length of the delay; the notice comes after.");

    private final String title;
    private final String explanation;

    MockScript(String title, String explanation) {
        this.title = title;
        this.explanation = explanation;
    }

    String title() {
        return title;
    }

    String explanation() {
        return explanation;
    }

    /// As forms say it: `out_of_order`.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<MockScript> of(String word) {
        for (MockScript script : values()) {
            if (script.word().equals(word)) {
                return Optional.of(script);
            }
        }
        return Optional.empty();
    }
}
