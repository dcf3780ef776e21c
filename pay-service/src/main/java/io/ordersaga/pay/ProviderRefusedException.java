package io.ordersaga.pay;

/// The provider will not have this payment, now or later; nothing exists there.
public final class ProviderRefusedException extends RuntimeException {
    private final String failure;

    /// @param failure the provider's word for why, such as `amount_too_small`
    public ProviderRefusedException(String failure) {
        super("the provider refused: " + failure);
        this.failure = failure;
    }

    public String failure() {
        return failure;
    }
}
