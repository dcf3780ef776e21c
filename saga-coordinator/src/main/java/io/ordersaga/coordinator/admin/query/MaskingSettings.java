package io.ordersaga.coordinator.admin.query;

import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What operators do not see of payloads, headers and addresses: `ordersaga.coordinator.admin.masking`.
///
/// @param fields names of JSON fields, headers and query parameters whose values are masked; capitals are small
/// letters,
///     and `*` is anything. Empty masks nothing
/// @param shownMax bytes of a payload that are shown, from 256 to 1,000,000
public record MaskingSettings(
        @DefaultValue({
            "*password*",
            "*passwd*",
            "*secret*",
            "*token*",
            "authorization",
            "cookie",
            "*apikey*",
            "*api_key*",
            "*api-key*",
            "*card_number*",
            "*cardnumber*",
            "cvv",
            "cvc",
            "pin",
            "iban",
            "ssn"
        })
        List<String> fields,

        @DefaultValue("16384") int shownMax) {

    public MaskingSettings {
        fields = List.copyOf(fields);
        if (shownMax < 256 || shownMax > 1_000_000) {
            throw new IllegalArgumentException(
                    "ordersaga.coordinator.admin.masking.shown-max must be from 256 to 1000000");
        }
    }
}
