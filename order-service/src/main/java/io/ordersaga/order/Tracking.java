package io.ordersaga.order;

/// Where a parcel is found.
///
/// @param number the carrier's number of it
public record Tracking(String carrier, String number) {}
