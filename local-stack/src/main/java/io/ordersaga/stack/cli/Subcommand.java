package io.ordersaga.stack.cli;

import java.util.concurrent.Callable;

/// A command of `./ordersaga` that another module brings: a public class with a picocli `@Command` that names it, a
/// public constructor without parameters, and a line in `META-INF/services` of its jar. The module is also named in the
/// launcher script, which builds it and puts it on the class path. The result is the exit code.
public interface Subcommand extends Callable<Integer> {}
