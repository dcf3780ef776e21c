package io.ordersaga.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.e2e.ComposeFile.Service;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docker-compose.yml` against the programs' real configuration. No Docker engine is needed, so this is what stands
/// in for running it.
class ComposeFileTest {
    private static final Set<String> PROGRAMS = Set.of(
            "order-gateway", "order-service", "saga-coordinator", "stock-service", "coupon-service", "pay-service");

    /// Settings of Spring that no file of ours mentions.
    private static final Set<String> STANDARD_SETTINGS = Set.of("SPRING_PROFILES_ACTIVE", "SPRING_DATASOURCE_PASSWORD");

    /// `host:port` in a gRPC target, a JDBC URL or alone.
    private static final Pattern ADDRESS = Pattern.compile("(?:^|/)([a-z][a-z0-9.-]*):(\\d+)(?:/|$)");

    /// An address that the coordinator calls, or a provider: whoever names it to them does not need it.
    private static final Pattern ADDRESS_FOR_OTHERS = Pattern.compile("_BRANCHES_|_WEBHOOKURL$|_ALLOWED_TARGETS$");

    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127\\.0\\.0\\.1):\\d+");

    private final ComposeFile compose = ComposeFile.read();
    private final Map<String, ProgramSettings> settings =
            PROGRAMS.stream().collect(Collectors.toMap(name -> name, ProgramSettings::of, (a, _) -> a, TreeMap::new));

    @Test
    void consistsOfTheSixProgramsAndMySql() {
        assertThat(compose.programs()).containsOnlyKeys(PROGRAMS);
        assertThat(compose.service("mysql").image()).matches("mysql:(8\\.[4-9]|9).*");
    }

    @Test
    void imagesAreTheOnesThatTheBuildMakes() {
        String pom = ComposeFile.text("pom.xml");
        assertThat(pom).contains("<image>ordersaga/${project.artifactId}:${project.version}</image>");
        Matcher version = Pattern.compile("<artifactId>ordersaga-parent</artifactId>\\s*<version>([^<]+)<")
                .matcher(pom);
        assertThat(version.find()).isTrue();
        compose.programs()
                .forEach((name, program) ->
                        assertThat(program.image()).isEqualTo("ordersaga/" + name + ":" + version.group(1)));
    }

    @Test
    void exampleHasTheVariablesThatAreUsedAndNoOther() {
        assertThat(compose.variables()).containsOnlyKeys(compose.usedVariables());
    }

    @Test
    void secretsComeFromVariablesOnly() {
        assertThat(compose.rawValues("\\w*(PASSWORD|SECRET|TOKEN)\\w*"))
                .hasSizeGreaterThanOrEqualTo(11)
                .allMatch(value -> value.matches("\\$\\{ORDERSAGA_\\w+_PASSWORD}"));
        assertThat(passwords())
                .hasSize(8)
                .doesNotHaveDuplicates()
                .allSatisfy(password -> assertThat(compose.text()).doesNotContain(password));
    }

    @Test
    void environmentSetsOnlyWhatTheProgramsRead() {
        compose.programs().forEach((name, program) -> {
            Set<String> known = new TreeSet<>(settingsOf(name).environmentNames());
            known.addAll(STANDARD_SETTINGS);
            assertThat(known).as(name).containsAll(program.environment().keySet());
        });
    }

    /// A default that is right on one machine would make a container talk to itself.
    @Test
    void everyDefaultThatMeansThisMachineIsReplaced() {
        settings.forEach((name, program) -> {
            List<String> local = program.defaults().entrySet().stream()
                    .filter(setting -> LOOPBACK.matcher(setting.getValue()).find())
                    .map(setting -> ProgramSettings.environmentName(setting.getKey()))
                    .toList();
            assertThat(compose.service(name).environment()).as(name).containsKeys(local.toArray(String[]::new));
        });
    }

    @Test
    void addressesAreThoseOfServicesThatListenThereAndAreStartedBefore() {
        compose.programs().forEach((name, program) -> {
            Set<String> called = new TreeSet<>();
            program.environment().forEach((setting, value) -> {
                Matcher address = ADDRESS.matcher(value);
                if (address.find()) {
                    String host = address.group(1);
                    assertThat(compose.services()).as(name + " " + setting).containsKey(host);
                    assertThat(portsOf(host)).as(name + " " + setting).contains(address.group(2));
                    // The same port as on one machine, so it is not another program's. A list that is empty unless
                    // somebody fills it says nothing of ports.
                    assertThat(settingsOf(name).byEnvironmentName(setting))
                            .as(name + " " + setting)
                            .matches(local -> local.isEmpty() || local.contains(":" + address.group(2)));
                    assertThat(compose.service(host).networks())
                            .as(name + " and " + host + " share a network")
                            .containsAnyElementsOf(program.networks());
                    if (!ADDRESS_FOR_OTHERS.matcher(setting).find()) {
                        called.add(host);
                    }
                }
            });
            called.remove(name);
            assertThat(program.dependsOn()).as(name).containsOnlyKeys(called);
        });
    }

    @Test
    void eachProgramHasItsOwnSchemaAndUser() {
        String template = ComposeFile.text("deploy/mysql/init/schemas.sql.template");
        List<String> schemas = new ArrayList<>();
        compose.programs().forEach((name, program) -> {
            String defaultUrl = settingsOf(name).defaults().get("spring.datasource.url");
            if (defaultUrl == null) {
                assertThat(program.networks()).as(name).doesNotContain("database");
                return;
            }
            String schema = defaultUrl.replaceFirst(".*/", "");
            String password = schema.toUpperCase(Locale.ROOT) + "_PASSWORD";
            assertThat(program.environment())
                    .as(name)
                    .containsEntry("SPRING_DATASOURCE_URL", "jdbc:mysql://mysql:3306/" + schema)
                    .containsEntry(
                            "SPRING_DATASOURCE_USERNAME", settingsOf(name).get("spring.datasource.username"))
                    .containsEntry(
                            "SPRING_DATASOURCE_PASSWORD", compose.variables().get(password));
            assertThat(settingsOf(name).get("spring.datasource.username")).isEqualTo(schema);
            assertThat(compose.service("mysql").environment())
                    .containsEntry(password, compose.variables().get(password));
            assertThat(template)
                    .contains("CREATE DATABASE IF NOT EXISTS " + schema)
                    .contains("'${" + password + "}'");
            schemas.add(schema);
        });
        assertThat(schemas).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void onlyTheGatewayIsOpenToOtherMachines() {
        compose.services()
                .forEach((name, service) -> service.ports().forEach(port -> {
                    assertThat(portsOf(name)).as(name).contains(port.replaceFirst(".*:", ""));
                    assertThat(name.equals("order-gateway") || port.startsWith("127.0.0.1:"))
                            .as(name + " publishes " + port)
                            .isTrue();
                }));
        assertThat(compose.service("order-gateway").ports()).containsExactly("8080:8080");
        assertThat(compose.service("mysql").ports()).isEmpty();
    }

    @Test
    void healthIsAskedAtTheManagementPort() {
        compose.programs()
                .forEach((name, program) -> assertThat(program.healthcheck())
                        .as(name)
                        .containsExactly(
                                "CMD", "/app/healthcheck", settingsOf(name).get("management.server.port")));
        assertThat(ComposeFile.ROOT.resolve("deploy/image/root/app/healthcheck"))
                .isExecutable();
    }

    @Test
    void databaseIsHealthyBeforeAProgramStarts() {
        assertThat(compose.service("mysql").healthcheck().getLast())
                .contains("-u ordersaga_saga")
                .contains("$$ORDERSAGA_SAGA_PASSWORD");
        compose.programs()
                .forEach((name, program) -> program.dependsOn()
                        .forEach((other, condition) -> assertThat(condition)
                                .as(name + " after " + other)
                                .isEqualTo(other.equals("mysql") ? "service_healthy" : "service_started")));
        assertThat(startOrder())
                .containsExactlyInAnyOrderElementsOf(compose.services().keySet());
    }

    @Test
    void mountedFilesExist() {
        List<String> files = compose.services().values().stream()
                .map(Service::volumes)
                .flatMap(Collection::stream)
                .filter(volume -> volume.startsWith("./"))
                .map(volume -> volume.replaceFirst(":.*", ""))
                .toList();
        assertThat(files).hasSize(2).allMatch(file -> Files.exists(ComposeFile.ROOT.resolve(file)));
    }

    private ProgramSettings settingsOf(String program) {
        return Objects.requireNonNull(settings.get(program), program);
    }

    /// The ports for others than who manages the system.
    private Set<String> portsOf(String service) {
        return service.equals("mysql") ? Set.of("3306") : settingsOf(service).publicPorts();
    }

    private List<String> passwords() {
        return compose.variables().entrySet().stream()
                .filter(variable -> variable.getKey().endsWith("_PASSWORD"))
                .map(Map.Entry::getValue)
                .toList();
    }

    /// The services in an order in which each comes after those it depends on; those on a circle are missing.
    private List<String> startOrder() {
        List<String> started = new ArrayList<>();
        Stream.iterate(0, i -> i < compose.services().size(), i -> i + 1)
                .forEach(_ -> compose.services().forEach((name, service) -> {
                    if (!started.contains(name)
                            && started.containsAll(service.dependsOn().keySet())) {
                        started.add(name);
                    }
                }));
        return started;
    }
}
