package io.ordersaga.stack.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// A command as another module would bring it; it fails when it has nothing to play.
@Command(name = "sim", description = "Plays nothing at all.")
public final class FakeSimulation implements Subcommand {
    @Option(names = "--rounds", defaultValue = "1")
    private int rounds;

    @Override
    public Integer call() {
        System.out.println("played " + rounds + " rounds in " + System.getProperty("ordersaga.root"));
        return rounds > 0 ? 0 : 1;
    }
}
