package io.ordersaga.coordinator.admin.page;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/// Styles, scripts and pictures, read once. Their address holds a digest of all of them, so that a browser may keep
/// them for ever and a new build is seen at once.
final class Assets {

    /// A file.
    static final class Asset {
        private final String type;
        private final byte[] bytes;

        private Asset(String type, byte[] bytes) {
            this.type = type;
            this.bytes = bytes;
        }

        String type() {
            return type;
        }

        /// Not to be changed by whoever gets them.
        byte[] bytes() {
            return bytes;
        }
    }

    private static final String HTMX = "META-INF/resources/webjars/htmx.org/";
    private static final String HTMX_VERSION = "META-INF/maven/org.webjars.npm/htmx.org/pom.properties";
    private static final String OWN = "page/assets/";

    private final Map<String, Asset> assets = new TreeMap<>();
    private final String folder;

    Assets() {
        add("page.css", "text/css;charset=utf-8", OWN + "page.css");
        add("page.js", "text/javascript;charset=utf-8", OWN + "page.js");
        add("htmx.js", "text/javascript;charset=utf-8", HTMX + htmxVersion() + "/dist/htmx.min.js");
        add("icons.svg", "image/svg+xml", OWN + "icons.svg");
        add("mark.svg", "image/svg+xml", OWN + "mark.svg");
        this.folder = "/assets/" + digest();
    }

    /// The address of the folder, without a slash at its end.
    String folder() {
        return folder;
    }

    Optional<Asset> find(String name) {
        return Optional.ofNullable(assets.get(name));
    }

    private void add(String name, String type, String resource) {
        assets.put(name, new Asset(type, read(resource)));
    }

    /// The webjar's own word for it, so that its version stands in the parent POM and nowhere else.
    private static String htmxVersion() {
        Properties properties = new Properties();
        try {
            properties.load(new ByteArrayInputStream(read(HTMX_VERSION)));
        } catch (IOException failure) {
            throw new UncheckedIOException(HTMX_VERSION, failure);
        }
        return Objects.requireNonNull(properties.getProperty("version"), HTMX_VERSION);
    }

    private static byte[] read(String resource) {
        try (InputStream stream = Assets.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the build left out " + resource);
            }
            return stream.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(resource, failure);
        }
    }

    private String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            assets.values().forEach(asset -> digest.update(asset.bytes()));
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
