package io.ordersaga.transcoder.http;

import java.time.Duration;

/// How long a call may take.
///
/// @param chosenByClient then running out of it says nothing about the health of who serves it
public record TimeAllowed(Duration duration, boolean chosenByClient) {}
