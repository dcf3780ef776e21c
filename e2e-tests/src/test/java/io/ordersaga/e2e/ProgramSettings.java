package io.ordersaga.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/// The settings of a program and their defaults, read from what it is built of: its `application.yaml` and
/// its compiled configuration records. Nothing is started and no class is loaded.
///
/// @param defaults by property name; empty where there is none
record ProgramSettings(Map<String, String> defaults) {
    private static final ClassDesc CONFIGURATION =
            ClassDesc.of("org.springframework.boot.context.properties.ConfigurationProperties");
    private static final ClassDesc DEFAULT_VALUE =
            ClassDesc.of("org.springframework.boot.context.properties.bind.DefaultValue");

    /// Programs share some records of settings.
    private static final Path COMMON = ComposeFile.ROOT.resolve("service-kit/target/classes");

    /// @param module the Maven module, already compiled
    static ProgramSettings of(String module) {
        Map<String, String> defaults = new TreeMap<>();
        Path classes = ComposeFile.ROOT.resolve(module).resolve("target/classes");
        for (ClassModel type : models(classes)) {
            Annotation configuration = annotation(
                    type.findAttribute(Attributes.runtimeVisibleAnnotations())
                            .map(attribute -> attribute.annotations())
                            .orElse(List.of()),
                    CONFIGURATION);
            if (configuration != null) {
                addRecord(value(configuration), type, classes, defaults);
            }
        }
        // A value there wins over a record's, and the program's own over what all have in common.
        String yaml = ComposeFile.text(module + "/src/main/resources/application.yaml");
        Stream.of("kit.yaml", "kit-database.yaml")
                .filter(common -> yaml.contains("classpath:" + common))
                .forEach(common -> addYaml(
                        "", new Yaml().load(ComposeFile.text("service-kit/src/main/resources/" + common)), defaults));
        for (Object document : new Yaml().loadAll(yaml)) {
            // What a profile adds is no default.
            if (!document.toString().contains("on-profile")) {
                addYaml("", document, defaults);
            }
        }
        return new ProgramSettings(defaults);
    }

    /// The names of the environment variables that set them.
    Set<String> environmentNames() {
        return defaults.keySet().stream().map(ProgramSettings::environmentName).collect(Collectors.toSet());
    }

    /// Spring's rule: upper case, dots as underscores, no dashes.
    static String environmentName(String property) {
        return property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    String get(String property) {
        String value = defaults.get(property);
        if (value == null) {
            throw new AssertionError("There is no default of " + property);
        }
        return value.startsWith("${") ? get(value.substring(2, value.length() - 1)) : value;
    }

    /// The default of the setting that this environment variable sets.
    String byEnvironmentName(String name) {
        return defaults.entrySet().stream()
                .filter(setting -> environmentName(setting.getKey()).equals(name))
                .map(Map.Entry::getValue)
                .collect(Collectors.joining());
    }

    /// Every port that the program listens on, without the one for health and metrics.
    Set<String> publicPorts() {
        return Stream.of(
                        "server.port",
                        "spring.grpc.server.port",
                        "ordersaga.pay.mock.port",
                        "ordersaga.branches.http.port")
                .filter(defaults::containsKey)
                .map(this::get)
                .filter(port -> !port.equals(get("management.server.port")))
                .collect(Collectors.toSet());
    }

    private static void addYaml(String prefix, Object yaml, Map<String, String> defaults) {
        if (yaml instanceof Map<?, ?> map) {
            map.forEach((key, value) -> addYaml(prefix.isEmpty() ? "" + key : prefix + "." + key, value, defaults));
        } else {
            defaults.put(prefix, String.valueOf(yaml));
        }
    }

    /// Adds a property for each component of the record, and of the records that it consists of.
    private static void addRecord(String prefix, ClassModel type, Path classes, Map<String, String> defaults) {
        List<RecordComponentInfo> components =
                type.findAttribute(Attributes.record()).orElseThrow().components();
        List<List<Annotation>> annotations = parameterAnnotations(type, components);
        for (int i = 0; i < components.size(); i++) {
            RecordComponentInfo component = components.get(i);
            String property = prefix + "." + dashed(component.name().stringValue());
            String name = component.descriptor().stringValue().replaceAll("^L|;$", "") + ".class";
            Optional<Path> part = Stream.of(classes, COMMON)
                    .map(folder -> folder.resolve(name))
                    .filter(file -> Files.exists(file) && isRecord(file))
                    .findFirst();
            if (part.isPresent()) {
                addRecord(property, parse(part.get()), classes, defaults);
            } else {
                Annotation annotation = annotation(annotations.get(i), DEFAULT_VALUE);
                defaults.put(property, annotation == null ? "" : value(annotation));
            }
        }
    }

    private static boolean isRecord(Path file) {
        return parse(file).findAttribute(Attributes.record()).isPresent();
    }

    private static List<List<Annotation>> parameterAnnotations(ClassModel type, List<RecordComponentInfo> components) {
        String canonical = components.stream()
                .map(component -> component.descriptor().stringValue())
                .collect(Collectors.joining("", "(", ")V"));
        return type.methods().stream()
                .filter(method -> method.methodName().equalsString("<init>"))
                .filter(method -> method.methodType().equalsString(canonical))
                .flatMap(method -> method.findAttribute(Attributes.runtimeVisibleParameterAnnotations()).stream())
                .map(attribute -> attribute.parameterAnnotations())
                .findFirst()
                .orElseGet(() ->
                        components.stream().map(_ -> List.<Annotation>of()).toList());
    }

    private static @Nullable Annotation annotation(List<Annotation> annotations, ClassDesc type) {
        return annotations.stream()
                .filter(annotation -> annotation.classSymbol().equals(type))
                .findFirst()
                .orElse(null);
    }

    /// The annotation's text; what it has besides is of no interest here.
    private static String value(Annotation annotation) {
        return annotation.elements().stream()
                .map(element -> text(element.value()))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String text(AnnotationValue value) {
        return switch (value) {
            case AnnotationValue.OfString string -> string.stringValue();
            case AnnotationValue.OfArray array ->
                array.values().stream().map(ProgramSettings::text).collect(Collectors.joining(","));
            default -> "";
        };
    }

    private static String dashed(String camelCase) {
        return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static List<ClassModel> models(Path classes) {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .map(ProgramSettings::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClassModel parse(Path file) {
        try {
            return ClassFile.of().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
