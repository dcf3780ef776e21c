package io.ordersaga.bench.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
            Thread.ofVirtual().start(() -> pump(client, server, Mode.LOSE_REQUESTS));
            pump(server, client, Mode.LOSE_ANSWERS);
        } catch (IOException e) {
            // Nobody listens there: the client sees its connection end, as it would without the relay.
            end(client);
        }
    }

    /// Passes on what one side says until either side ends.
    private void pump(Socket from, Socket to, Mode losing) {
        byte[] buffer = new byte[BUFFER];
        try {
            int count = from.getInputStream().read(buffer);
            while (count >= 0) {
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
