package io.ordersaga.stack.cli;

import io.ordersaga.stack.Port;
import io.ordersaga.stack.Ports;
import io.ordersaga.stack.PrivateFile;
import io.ordersaga.stack.StackFolder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/// What the supervisor tells the commands of other terminals.
///
/// @param supervisor the process that wrote it; the file outlives it when it is killed
/// @param ready whether everything has been started
/// @param embedded whether the database is one of its processes
/// @param ports of this run
/// @param control where the supervisor takes requests, and the token that they must carry
record RunFile(long supervisor, boolean ready, boolean embedded, Ports ports, Control control) {
    record Control(int port, String token) {}

    RunFile asReady() {
        return new RunFile(supervisor, true, embedded, ports, control);
    }

    void write(StackFolder folder) {
        Properties properties = new Properties();
        properties.setProperty("supervisor", Long.toString(supervisor));
        properties.setProperty("ready", Boolean.toString(ready));
        properties.setProperty("embedded", Boolean.toString(embedded));
        properties.setProperty("control.port", Integer.toString(control.port()));
        properties.setProperty("control.token", control.token());
        for (Port port : Port.values()) {
            properties.setProperty("port." + port.label(), Integer.toString(ports.get(port)));
        }
        PrivateFile.write(folder.runFile(), properties, "Written by ./ordersaga up for the other commands.");
    }

    /// The file of the supervisor that is running now.
    static Optional<RunFile> ofRunning(StackFolder folder) {
        return folder.supervisor()
                .running()
                .flatMap(supervisor -> PrivateFile.read(folder.runFile())
                        .map(RunFile::of)
                        .filter(file -> file.supervisor() == supervisor.pid()));
    }

    private static RunFile of(Properties properties) {
        Ports ports = new Ports(Arrays.stream(Port.values())
                .collect(Collectors.toMap(
                        port -> port, port -> Integer.valueOf(properties.getProperty("port." + port.label())))));
        return new RunFile(
                Long.parseLong(properties.getProperty("supervisor")),
                Boolean.parseBoolean(properties.getProperty("ready")),
                Boolean.parseBoolean(properties.getProperty("embedded")),
                ports,
                new Control(
                        Integer.parseInt(properties.getProperty("control.port")),
                        properties.getProperty("control.token")));
    }
}
