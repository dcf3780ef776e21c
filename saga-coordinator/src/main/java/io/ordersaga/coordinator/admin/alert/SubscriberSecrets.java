package io.ordersaga.coordinator.admin.alert;

import io.ordersaga.kit.SecretBox;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What subscribers' notices are signed with, kept sealed. Thread-safe.
final class SubscriberSecrets {
    private static final Logger log = LoggerFactory.getLogger(SubscriberSecrets.class);

    private final SubscriberTable table;
    private final SecretBox box;

    SubscriberSecrets(Jdbi jdbi, SecretBox box) {
        this.table = jdbi.onDemand(SubscriberTable.class);
        this.box = box;
    }

    boolean canSeal() {
        return box.canSeal();
    }

    String seal(String subscriber, String secret) {
        return box.seal(secret, owner(subscriber));
    }

    /// Empty when it cannot be opened with the keys that are here.
    Optional<String> open(String subscriber, String stored) {
        return box.open(stored, owner(subscriber));
    }

    /// Seals what is plain or was sealed with an old key. Another node may do the same: the first one has
    /// done it.
    void renew() {
        for (SubscriberTable.Row row : table.list()) {
            Optional<String> sealed = box.renewed(row.secret(), owner(row.name()));
            if (sealed.isPresent()) {
                int _ = table.reseal(row.name(), row.secret(), sealed.get());
                log.info("The secret of {} was sealed", row);
            } else if (!box.canSeal() && SecretBox.isPlain(row.secret())) {
                log.warn(
                        "The secret of {} is kept as it is: there is no ordersaga.coordinator.admin.alert.sealing.key",
                        row);
            } else if (open(row.name(), row.secret()).isEmpty()) {
                log.error("The secret of {} cannot be opened: none of the keys that are set sealed it", row);
            }
        }
    }

    private static String owner(String subscriber) {
        return "alert_subscriber " + subscriber;
    }
}
