package io.ordersaga.coordinator.transport;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// DTM's `AlertWebHook` and `AlertRetryLimit`, for those who have somebody listening to it. It is not signed, does not
/// say when the trouble is over, and is lost when nobody answers: the operators' alerts are better at all that.
///
/// @param webHook who is told, an `http://` or `https://` URL; nobody when it is empty
/// @param retryLimit a transaction is told of from so many failed calls in a row on, with each of them
/// @param deadline of one request
/// @param pendingMax requests under way at once; what is told beside them is dropped, and counted
public record DtmAlertSettings(
        @DefaultValue("") String webHook,
        @DefaultValue("3") int retryLimit,
        @DefaultValue("5s") Duration deadline,
        @DefaultValue("100") int pendingMax) {

    public DtmAlertSettings {
        if (!webHook.isEmpty() && !isHttp(webHook)) {
            throw new IllegalArgumentException(
                    "ordersaga.coordinator.dtm-alert.web-hook must be empty, or an http:// or https:// URL");
        }
        positive("retry-limit", retryLimit > 0);
        positive("deadline", deadline.isPositive());
        positive("pending-max", pendingMax > 0);
    }

    /// Tells nobody.
    public static DtmAlertSettings none() {
        return new DtmAlertSettings("", 1, Duration.ofSeconds(1), 1);
    }

    private static boolean isHttp(String text) {
        try {
            URI url = new URI(text);
            return (text.startsWith("http://") || text.startsWith("https://")) && url.getHost() != null;
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private static void positive(String setting, boolean isPositive) {
        if (!isPositive) {
            throw new IllegalArgumentException("ordersaga.coordinator.dtm-alert." + setting + " must be positive");
        }
    }
}
