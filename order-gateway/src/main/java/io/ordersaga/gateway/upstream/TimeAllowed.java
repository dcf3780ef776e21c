package io.ordersaga.gateway.upstream;

import java.time.Duration;

/// How long a call may take.
///
/// @param chosenByClient then running out of it says nothing about the upstream's health
public record TimeAllowed(Duration duration, boolean chosenByClient) {}
