package io.ordersaga.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands between a program and a server, such as its database, and can take the server away and give it back.
/// Thread-safe.
public final class TcpProxy implements AutoCloseable {
    private final String host;
    private final int port;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refusals = new AtomicInteger();
    private volatile boolean cut;

    private TcpProxy(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /// Listens on a free loopback port and forwards to the given address.
    public static TcpProxy to(String host, int port) {
        try {
            TcpProxy proxy = new TcpProxy(host, port);
            Thread.ofVirtual().name("tcp-proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// Ends every connection, and each new one at once.
    public void cut() {
        cut = true;
        open.forEach(TcpProxy::end);
    }

    /// How many connections it ended at once because it was cut.
    public int refusals() {
        return refusals.get();
    }

    /// Lets new connections through again.
    public void heal() {
        cut = false;
    }

    @Override
    public void close() {
        cut();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket caller = listener.accept();
                if (cut) {
                    end(caller);
                    refusals.incrementAndGet();
                } else {
                    connect(caller);
                }
            } catch (IOException e) {
                // Closed, or the server is away; a caller sees its connection end.
            }
        }
    }

    private void connect(Socket caller) throws IOException {
        open.add(caller);
        Socket server;
        try {
            server = new Socket(host, port);
        } catch (IOException e) {
            end(caller);
            throw e;
        }
        open.add(server);
        Thread.ofVirtual().start(() -> forward(caller, server));
        Thread.ofVirtual().start(() -> forward(server, caller));
    }

    private void forward(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side is gone; so is the other, below.
        } finally {
            end(from);
            end(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no more use either way.
        }
    }
}
