package io.ordersaga.stack.cli;

import io.ordersaga.stack.Component;
import io.ordersaga.stack.Port;
import io.ordersaga.stack.StackFolder;
import io.ordersaga.stack.StackSettings;
import io.ordersaga.stack.process.ProcessIdentity;
import io.ordersaga.stack.process.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The stack that `./ordersaga up` supervises in another process. Thread-safe.
public final class RunningStack {
    private static final int OK = 200;

    private final StackFolder folder;

    public RunningStack(StackFolder folder) {
        this.folder = folder;
    }

    public StackFolder folder() {
        return folder;
    }

    /// Base URL of a port that speaks HTTP.
    ///
    /// @throws StartFailure when it is not running
    public URI url(Port port) {
        return URI.create("http://127.0.0.1:" + file().ports().get(port));
    }

    /// SIGKILL. Returns the process, which is empty when the component was not running.
    public Optional<ProcessIdentity> kill(Component component) {
        Optional<ProcessIdentity> process = folder.pidFile(component).running();
        process.ifPresent(ProcessIdentity::kill);
        return process;
    }

    /// Asks the supervisor to start what was killed or stopped, and returns what it says when that is ready.
    ///
    /// @param environment for this one start
    /// @throws StartFailure when it does not start, or is running already
    public String start(Component component, Map<String, String> environment) {
        HttpResponse<String> answer = ask(component, environment, file().control());
        if (answer.statusCode() != OK) {
            throw new StartFailure(answer.body());
        }
        return answer.body();
    }

    private RunFile file() {
        return RunFile.ofRunning(folder)
                .orElseThrow(() -> new StartFailure("ordersaga is not running: start all of it with ./ordersaga up"));
    }

    private static HttpResponse<String> ask(
            Component component, Map<String, String> environment, RunFile.Control control) {
        String body = environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .collect(Collectors.joining("\n"));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/start/%s".formatted(control.port(), component.label())))
                .header(ControlServer.TOKEN_HEADER, control.token())
                .timeout(StackSettings.READY_LIMIT.multipliedBy(2))
                .POST(BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new StartFailure("The supervisor did not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("Interrupted while " + component.label() + " was starting", e);
        }
    }
}
