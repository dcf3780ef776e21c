/// What the adapters to all providers share: HTTP calls with a deadline, and signatures of notices.
@NullMarked
package io.ordersaga.pay.provider;

import org.jspecify.annotations.NullMarked;
