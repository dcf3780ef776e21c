package io.ordersaga.stack.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One process and no other: pids are used again, so the pid comes with the moment when its process started.
///
/// @param pid the process id
/// @param start opaque; on Linux the boot and the clock tick of the start, which no later clock change moves
public record ProcessIdentity(long pid, String start) {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final Path PROC = Path.of("/proc");
    private static final String NOT_RUNNING = "";

    /// Positions in /proc/PID/stat behind the program's name, which may itself contain blanks and brackets.
    private static final int STATE_FIELD = 0;

    private static final int THREADS_FIELD = 17;
    private static final int START_FIELD = 19;

    public static ProcessIdentity of(ProcessHandle handle) {
        return new ProcessIdentity(handle.pid(), startOf(handle.pid()));
    }

    /// False when it ended, also when its pid belongs to another process now.
    public boolean alive() {
        return !start.equals(NOT_RUNNING) && start.equals(startOf(pid));
    }

    public Optional<Duration> uptime() {
        return handle().flatMap(handle -> handle.info().startInstant())
                .map(began -> Duration.between(began, Instant.now()));
    }

    /// Asks the process to end (SIGTERM) without waiting for it.
    public void requestStop() {
        handle().ifPresent(ProcessHandle::destroy);
    }

    /// Asks the process to end and kills it when it has not done so within the limit.
    ///
    /// @return whether it ended without being killed
    public boolean stop(Duration limit) {
        requestStop();
        if (awaitEnd(limit)) {
            return true;
        }
        kill();
        return false;
    }

    /// Ends the process at once (SIGKILL) and waits until it is gone.
    public void kill() {
        handle().ifPresent(ProcessHandle::destroyForcibly);
        awaitEnd(KILL_LIMIT);
    }

    public boolean awaitEnd(Duration limit) {
        return Polling.until(() -> !alive(), limit);
    }

    private Optional<ProcessHandle> handle() {
        return alive() ? ProcessHandle.of(pid) : Optional.empty();
    }

    private static String startOf(long pid) {
        return Files.isDirectory(PROC.resolve("self")) ? startFromProc(pid) : startFromHandle(pid);
    }

    private static String startFromHandle(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(Instant::toString)
                .orElse(NOT_RUNNING);
    }

    private static String startFromProc(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" "));
            // A zombie has ended; in a container whose first process reaps nobody it stays listed for ever. As long as
            // it has other threads, though, these still hold its ports and files.
            boolean ended = List.of("Z", "X").contains(fields.get(STATE_FIELD))
                    && Integer.parseInt(fields.get(THREADS_FIELD)) <= 1;
            return ended ? NOT_RUNNING : bootId() + "/" + fields.get(START_FIELD);
        } catch (IOException e) {
            // No such process, or one that ended while it was read.
            return NOT_RUNNING;
        }
    }

    private static String bootId() throws IOException {
        Path file = PROC.resolve("sys/kernel/random/boot_id");
        return Files.isReadable(file) ? Files.readString(file).strip() : "boot";
    }
}
