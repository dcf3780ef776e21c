package io.ordersaga.coordinator.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What an operator saw of a transaction when deciding about it: the tag changes with its status, with being held,
/// with the progress of its steps and with its deadline. It stays when it is merely asked once more in vain.
public final class StateTag {

    private static final int BYTES = 8;

    private StateTag() {}

    /// 16 hexadecimal digits.
    public static String of(Saga saga) {
        StringBuilder state = new StringBuilder();
        state.append(saga.status().wireName()).append('/').append(Hold.of(saga));
        state.append('/').append(saga.definition().options().timeoutToFail().toMillis());
        for (StepProgress step : saga.progress().steps()) {
            state.append('/').append(side(step.action())).append(side(step.compensation()));
            state.append(step.reached() ? '+' : '-');
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(state.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException("every Java platform has SHA-256", failure);
        }
    }

    private static String side(BranchProgress side) {
        return side.status().wireName().charAt(0) + (side.forced() ? "!" : "");
    }
}
