/// For tests only: database extension, settable clock, scripted participant, shared architecture rules.
@NullMarked
package io.ordersaga.testkit;

import org.jspecify.annotations.NullMarked;
