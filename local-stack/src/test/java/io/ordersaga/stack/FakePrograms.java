package io.ordersaga.stack;

import io.ordersaga.stack.process.FakeProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// A project folder whose six programs are [FakeProgram]s: as if the build had left them there.
public final class FakePrograms {
    private FakePrograms() {}

    public static Path projectIn(Path root) throws IOException {
        for (Component program : Component.programs()) {
            Path target = Files.createDirectories(root.resolve(program.module()).resolve("target"));
            writeJar(target.resolve(program.module() + "-app.jar"), "a version");
        }
        return root;
    }

    static void writeJar(Path jar, String version) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeProgram.class.getName());
        String entry = FakeProgram.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream content = new JarOutputStream(file, manifest);
                InputStream classFile = FakePrograms.class.getResourceAsStream("/" + entry)) {
            content.setComment(version);
            content.putNextEntry(new JarEntry(entry));
            content.write(classFile.readAllBytes());
        }
    }

    /// A stack of fake programs on free ports, with the database server that this build has unpacked.
    public static StackSettings settingsIn(Path root) throws IOException {
        return StackSettings.of(projectIn(root))
                .withFolder(new StackFolder(root.resolve("stack"), server()))
                .withPorts(Ports.free())
                .withJvm(JvmSettings.fastStart().withoutStartupCache());
    }

    public static Path server() {
        return Path.of(System.getProperty("ordersaga.root", "."), "target", "mariadb");
    }
}
