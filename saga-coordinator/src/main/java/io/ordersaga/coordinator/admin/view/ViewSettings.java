package io.ordersaga.coordinator.admin.view;

import org.springframework.boot.context.properties.bind.DefaultValue;

/// What accounts keep about how they look at transactions: `ordersaga.coordinator.admin.view`.
///
/// @param perAccount how many filters one account may keep under names
public record ViewSettings(@DefaultValue("50") int perAccount) {

    public ViewSettings {
        if (perAccount < 1 || perAccount > 1000) {
            throw new IllegalArgumentException(
                    "ordersaga.coordinator.admin.view.per-account must be from 1 to 1000, not " + perAccount);
        }
    }
}
