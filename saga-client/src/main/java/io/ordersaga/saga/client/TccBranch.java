package io.ordersaga.saga.client;

/// The three operations of a branch of a [Tcc], all of which receive the same payload.
///
/// @param tryUrl reserves what is wanted, or refuses: `host:port/package.Service/Method`, or an
///     `http(s)://` URL
/// @param confirm makes the reservation final, and cannot refuse; empty when there is nothing to do
/// @param cancel gives the reservation back, also one whose try did nothing or never came; empty when
///     there is nothing to do
public record TccBranch(String tryUrl, String confirm, String cancel) {
    /// Three addresses.
    ///
    /// @throws IllegalArgumentException when one of them is no address
    public TccBranch {
        Urls.check("try", tryUrl);
        Urls.checkOptional("confirm", confirm);
        Urls.checkOptional("cancel", cancel);
    }
}
