/// Supervises operating-system processes: starts them with a log and a pid file, tells when they are ready, and stops
/// them for certain. Knows nothing about what the programs do.
@NullMarked
package io.ordersaga.stack.process;

import org.jspecify.annotations.NullMarked;
