package io.ordersaga.order;

/// Where an order goes. The contract bounds every part; what may be empty is `""`.
///
/// @param countryCode ISO 3166-1, two capitals
public record Address(
        String recipient,
        String phone,
        String countryCode,
        String region,
        String city,
        String street,
        String postalCode) {}
