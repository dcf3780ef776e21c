/// What was measured beside what was required: lines on the terminal and a JSON file.
@NullMarked
package io.ordersaga.bench.report;

import org.jspecify.annotations.NullMarked;
