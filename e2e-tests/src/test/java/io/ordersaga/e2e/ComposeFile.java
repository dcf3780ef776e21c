package io.ordersaga.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/// `docker-compose.yml` as Docker would read it with the values of `.env.example`.
///
/// @param text the file as it is
/// @param variables `.env.example`
/// @param services by name, with the variables put in
record ComposeFile(String text, Map<String, String> variables, Map<String, Service> services) {
    /// The repository's root.
    static final Path ROOT = Path.of(System.getProperty("ordersaga.root", ".."));

    private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{([A-Z_]+)}");

    /// @param dependsOn the condition by service
    record Service(
            String image,
            Map<String, String> environment,
            List<String> ports,
            List<String> networks,
            List<String> volumes,
            Map<String, String> dependsOn,
            List<String> healthcheck) {}

    static ComposeFile read() {
        String text = text("docker-compose.yml");
        Map<String, String> variables = text(".env.example")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(line -> line[0], line -> line[1]));
        String filled = VARIABLE.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(variables.getOrDefault(match.group(1), "MISSING")));
        Map<String, Service> services = new LinkedHashMap<>();
        map(new Yaml().<Map<String, Object>>load(filled).get("services"))
                .forEach((name, service) -> services.put(name, service(map(service))));
        return new ComposeFile(text, variables, services);
    }

    /// The names of all variables that the file uses.
    Set<String> usedVariables() {
        return VARIABLE.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// What stands behind each `name:` of this pattern in the file, before variables are put in.
    List<String> rawValues(String namePattern) {
        return Pattern.compile("(?m)^ +" + namePattern + ": (.+)$")
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(match.groupCount()))
                .toList();
    }

    Service service(String name) {
        return Objects.requireNonNull(services.get(name), name);
    }

    /// The six programs of ours.
    Map<String, Service> programs() {
        Map<String, Service> programs = new LinkedHashMap<>(services);
        programs.remove("mysql");
        return programs;
    }

    static String text(String path) {
        try {
            return Files.readString(ROOT.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object yaml) {
        return yaml == null ? Map.of() : (Map<String, Object>) yaml;
    }

    private static Service service(Map<String, Object> yaml) {
        Map<String, String> dependsOn = new LinkedHashMap<>();
        map(yaml.get("depends_on"))
                .forEach((name, how) -> dependsOn.put(name, String.valueOf(map(how).get("condition"))));
        Map<String, String> environment = new LinkedHashMap<>();
        map(yaml.get("environment")).forEach((name, value) -> environment.put(name, String.valueOf(value)));
        return new Service(
                String.valueOf(yaml.get("image")),
                environment,
                strings(yaml.get("ports")),
                strings(yaml.get("networks")),
                strings(yaml.get("volumes")),
                dependsOn,
                strings(map(yaml.get("healthcheck")).get("test")));
    }

    private static List<String> strings(@Nullable Object yaml) {
        return yaml instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
    }
}
