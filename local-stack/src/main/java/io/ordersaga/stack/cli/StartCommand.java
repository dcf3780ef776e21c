package io.ordersaga.stack.cli;

import io.ordersaga.stack.StackSettings;
import io.ordersaga.stack.process.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "start",
        description = "Starts a program that was killed, stopped or has failed, and returns when it is ready.")
final class StartCommand implements Callable<Integer> {
    private static final int OK = 200;

    @Mixin
    private StackOptions stackOptions = new StackOptions();

    @Mixin
    private ProgramParameter program = new ProgramParameter();

    @Option(
            names = "--env",
            paramLabel = "VARIABLE=VALUE",
            description = "An environment variable for this one start. May be repeated.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        RunFile supervisor = RunFile.ofRunning(stackOptions.folder())
                .orElseThrow(() -> new StartFailure("ordersaga is not running: start all of it with ./ordersaga up"));
        HttpResponse<String> answer = ask(supervisor.control());
        if (answer.statusCode() != OK) {
            throw new StartFailure(answer.body());
        }
        Objects.requireNonNull(spec).commandLine().getOut().println(answer.body());
        return 0;
    }

    private HttpResponse<String> ask(RunFile.Control control) {
        String body = environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .collect(Collectors.joining("\n"));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/start/%s"
                        .formatted(control.port(), program.component().label())))
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
            throw new StartFailure("Interrupted while " + program.component().label() + " was starting", e);
        }
    }
}
