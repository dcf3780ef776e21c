/// Tells others when transactions need a person: [AlertRounds] looks now and then, on one coordinator at
/// a time, and [AlertNotices] tells those who want to know.
@NullMarked
package io.ordersaga.coordinator.admin.alert;

import org.jspecify.annotations.NullMarked;
