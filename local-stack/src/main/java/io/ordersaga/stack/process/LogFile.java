package io.ordersaga.stack.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a program prints, bounded in size: beyond [#SIZE_LIMIT] its content moves to one predecessor, `NAME.log.1`.
public record LogFile(Path path) {
    static final long SIZE_LIMIT = 16L * 1024 * 1024;
    private static final int READ_LIMIT = 512 * 1024;
    private static final int LINE_LIMIT = 400;
    private static final Pattern ERROR = Pattern.compile("\"(?:log\\.)?level\":\"ERROR\"|\\bERROR\\b|[Ee]xception in ");
    private static final Pattern MESSAGE = Pattern.compile("\"message\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    public long size() {
        try {
            return Files.exists(path) ? Files.size(path) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("The log " + path + " could not be read", e);
        }
    }

    /// Keeps the file small, also while a program is writing to it: programs append, so they go on at the new end.
    public void bound() {
        if (size() <= SIZE_LIMIT) {
            return;
        }
        try {
            Files.copy(path, predecessor(), StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The log " + path + " could not be rotated", e);
        }
    }

    public Path predecessor() {
        return path.resolveSibling(path.getFileName() + ".1");
    }

    /// The last lines, at most `count` of them.
    public List<String> tail(int count) {
        List<String> lines = from(0).text().lines().toList();
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    /// A piece of the log and the position behind it.
    public record Part(String text, long end) {}

    /// What stands from `position` on, at most the last half mebibyte of it.
    public Part from(long position) {
        if (!Files.exists(path)) {
            return new Part("", 0);
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long end = file.length();
            long start = Math.min(end, Math.max(position, end - READ_LIMIT));
            byte[] bytes = new byte[(int) (end - start)];
            file.seek(start);
            file.readFully(bytes);
            return new Part(new String(bytes, StandardCharsets.UTF_8), end);
        } catch (IOException e) {
            throw new UncheckedIOException("The log " + path + " could not be read", e);
        }
    }

    /// The last error lines from `position` on, readable at a terminal; the last lines when none is an error.
    public List<String> errorsSince(long position, int count) {
        List<String> lines =
                from(position).text().lines().filter(line -> !line.isBlank()).toList();
        List<String> errors =
                lines.stream().filter(line -> ERROR.matcher(line).find()).toList();
        List<String> chosen = errors.isEmpty() ? lines : errors;
        return chosen.subList(Math.max(0, chosen.size() - count), chosen.size()).stream()
                .map(LogFile::readable)
                .toList();
    }

    /// The message of a JSON line, any other line as it is.
    private static String readable(String line) {
        Matcher message = line.startsWith("{") ? MESSAGE.matcher(line) : MESSAGE.matcher("");
        String text = message.find()
                ? message.group(1)
                        .replace("\\n", "\n")
                        .replace("\\t", " ")
                        .replace("\\\"", "\"")
                        .strip()
                : line;
        return text.length() <= LINE_LIMIT ? text : text.substring(0, LINE_LIMIT) + " ...";
    }
}
