package io.ordersaga.pay.mock;

import io.ordersaga.pay.PayConfig;
import io.ordersaga.testkit.RunningService;

/// Has the mock provider in a running service do at once what its job does now and then.
public final class MockTurn {
    private MockTurn() {}

    /// Has it forget.
    public static void forget(RunningService service) {
        service.bean(MockBank.class).forget(service.bean(PayConfig.class).purge());
    }

    public static void take(RunningService service) {
        service.bean(MockBank.class).run();
    }
}
