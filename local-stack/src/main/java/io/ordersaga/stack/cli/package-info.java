/// The commands of `./ordersaga`. Only `up` supervises; the others find it, and the programs, through the files in the
/// stack's folder.
@NullMarked
package io.ordersaga.stack.cli;

import org.jspecify.annotations.NullMarked;
