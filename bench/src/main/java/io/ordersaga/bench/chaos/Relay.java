package io.ordersaga.bench.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// A stretch of network between a client and a server on this machine, which can be cut, lose what goes one way, or be
/// slow. Thread-safe.
final class Relay implements AutoCloseable {
    /// What happens to the bytes that pass.
    enum Mode {
        PASS,
        LOSE_REQUESTS,
        LOSE_ANSWERS,
        SLOW
    }

    private static final int BUFFER = 16 * 1024;
    private static final long SLOW_NANOS = 200_000_000;

    /// How the packet ends with which a client of a MySQL server commits, in whatever case. One that arrives in two
    /// pieces is no crash point.
    private static final byte[] COMMIT = "commit".getBytes(StandardCharsets.US_ASCII);

    private static final int LOWER_CASE = 0x20;

    private final CrashPoint beforeCommit = new CrashPoint();
    private final CrashPoint afterCommit = new CrashPoint();
    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.PASS;

    /// @param target port of the server
    Relay(int target) {
        this.target = target;
        try {
            listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("relay").start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    void mode(Mode next) {
        mode = next;
    }

    /// Loses the next commit, its connection with it, and does this instead; false when none came within the limit.
    boolean beforeNextCommit(Runnable action, Duration limit) {
        return beforeCommit.next(action, limit);
    }

    /// Loses the answer to the next commit and does this instead; false when none came within the limit.
    boolean afterNextCommit(Runnable action, Duration limit) {
        return afterCommit.next(action, limit);
    }

    /// Whether somebody waits for a commit.
    boolean isArmed() {
        return beforeCommit.isArmed() || afterCommit.isArmed();
    }

    /// Ends every connection that there is; new ones are taken.
    void cut() {
        sockets.forEach(Relay::close);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                assert listening.isClosed() : e;
            }
        }
    }

    private void connect(Socket client) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            AtomicBoolean commits = new AtomicBoolean();
            Thread.ofVirtual()
                    .start(() -> pump(client, server, Mode.LOSE_REQUESTS, (buffer, count) -> {
                        boolean isCommit = isArmed() && isCommit(buffer, count);
                        if (isCommit && beforeCommit.springs()) {
                            return false;
                        }
                        commits.set(isCommit);
                        return true;
                    }));
            pump(
                    server,
                    client,
                    Mode.LOSE_ANSWERS,
                    (buffer, count) -> !commits.getAndSet(false) || !afterCommit.springs());
        } catch (IOException e) {
            // Nobody listens there: the client sees its connection end, as it would without the relay.
            end(client);
        }
    }

    private static boolean isCommit(byte[] buffer, int count) {
        int start = count - COMMIT.length;
        for (int index = 0; index < COMMIT.length; index++) {
            if (start < 0 || (buffer[start + index] | LOWER_CASE) != COMMIT[index]) {
                return false;
            }
        }
        return true;
    }

    /// Looks at what passes; both sides end when it says no.
    private interface Look {
        boolean lets(byte[] buffer, int count);
    }

    /// Passes on what one side says until either side ends.
    private void pump(Socket from, Socket to, Mode losing, Look look) {
        byte[] buffer = new byte[BUFFER];
        try {
            int count = from.getInputStream().read(buffer);
            while (count >= 0) {
                if (!look.lets(buffer, count)) {
                    break;
                }
                if (mode == Mode.SLOW) {
                    LockSupport.parkNanos(SLOW_NANOS);
                }
                if (mode != losing) {
                    to.getOutputStream().write(buffer, 0, count);
                }
                count = from.getInputStream().read(buffer);
            }
        } catch (IOException e) {
            // One side is gone; so is the other, below.
            end(from);
        }
        end(from);
        end(to);
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
