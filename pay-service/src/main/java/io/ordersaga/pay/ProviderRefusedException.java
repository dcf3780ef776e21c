package io.ordersaga.pay;

/// The provider will not have this payment, now or later; nothing exists there.
final class ProviderRefusedException extends RuntimeException {
    private final String failure;

    /// @param failure the provider's word for why, such as `amount_too_small`
    ProviderRefusedException(String failure) {
        super("the provider refused: " + failure);
        this.failure = failure;
    }

    String failure() {
        return failure;
    }
}
