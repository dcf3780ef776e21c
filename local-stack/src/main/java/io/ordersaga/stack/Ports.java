package io.ordersaga.stack;

import io.ordersaga.stack.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/// The number of each port.
public record Ports(Map<Port, Integer> numbers) {
    private static final int HIGHEST = 65_535;

    /// What was given lately may not be in use yet: several stacks of one program start side by side.
    private static final Set<Integer> GIVEN =
            Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
                    return size() > GIVEN_MAX;
                }
            }));

    private static final int GIVEN_MAX = 500;

    /// Below the numbers that systems take for outgoing connections (on Linux from 32,768 on): a connection may
    /// take one of those before the program that it was found for listens on it.
    private static final int FREE_FIRST = 20_000;

    private static final int FREE_LAST = 31_999;
    private static final int FREE_TRIES_MAX = 1_000;

    public Ports {
        numbers = Map.copyOf(numbers);
        Map<Integer, Port> users = new HashMap<>();
        for (Port port : Port.values()) {
            int number = Objects.requireNonNull(numbers.get(port), port::label);
            if (number < 1 || number > HIGHEST) {
                throw new IllegalArgumentException(
                        "Port " + number + " (" + port.label() + ") is not between 1 and " + HIGHEST);
            }
            Port other = users.put(number, port);
            if (other != null) {
                throw new IllegalArgumentException(
                        "Port " + number + " is used twice: " + other.label() + " and " + port.label());
            }
        }
    }

    public static Ports defaults() {
        return new Ports(Arrays.stream(Port.values()).collect(Collectors.toMap(port -> port, Port::defaultNumber)));
    }

    /// Consecutive numbers, in the order of [Port].
    public static Ports from(int base) {
        Map<Port, Integer> numbers = new EnumMap<>(Port.class);
        for (Port port : Port.values()) {
            numbers.put(port, base + numbers.size());
        }
        return new Ports(numbers);
    }

    /// Ports that nobody uses at this moment, and that this program was not given lately.
    public static Ports free() {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            Map<Port, Integer> numbers = new EnumMap<>(Port.class);
            for (Port port : Port.values()) {
                // All are held until the last is found, so that none is given twice.
                ServerSocket socket = listenSomewhere();
                sockets.add(socket);
                numbers.put(port, socket.getLocalPort());
            }
            return new Ports(numbers);
        } catch (IOException e) {
            throw new UncheckedIOException("There is no free port", e);
        } finally {
            sockets.forEach(Ports::close);
        }
    }

    /// The same with some numbers replaced; a management port follows its program unless it is given too.
    public Ports with(Map<Port, Integer> changes) {
        Map<Port, Integer> changed = new EnumMap<>(numbers);
        changes.forEach((port, number) -> {
            changed.put(port, number);
            if (port.isMain() && port.component() != Component.DATABASE && port.component() != Component.COORDINATOR) {
                changed.put(Port.managementOf(port.component()), number + 1);
            }
        });
        changed.putAll(changes);
        return new Ports(changed);
    }

    public int get(Port port) {
        return Objects.requireNonNull(numbers.get(port));
    }

    /// @throws StartFailure naming every one of these ports that is taken, and the setting that changes it
    void requireFree(Collection<Port> ports) {
        List<Port> taken =
                ports.stream().filter(port -> !isFree(get(port))).sorted().toList();
        if (!taken.isEmpty()) {
            String all = taken.size() == 1 ? "" : "\nAll of them move with --port-base NUMBER";
            throw new StartFailure(taken.stream().map(this::takenMessage).collect(Collectors.joining("\n", "", all)));
        }
    }

    private String takenMessage(Port port) {
        return "Port %d (%s) is taken by another program: stop that one or choose another number with --port %s=NUMBER"
                .formatted(get(port), port.label(), port.label());
    }

    /// A port that nobody uses at this moment, and that this program was not given lately.
    public static int freePort() {
        try (ServerSocket socket = listenSomewhere()) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("There is no free port", e);
        }
    }

    private static boolean isFree(int number) {
        try (ServerSocket _ = listen(number)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// On a number that a stack does not use by default, and that was not given lately.
    private static ServerSocket listenSomewhere() throws IOException {
        Collection<Integer> usual = defaults().numbers().values();
        for (int tries = 0; tries < FREE_TRIES_MAX; tries++) {
            int number = ThreadLocalRandom.current().nextInt(FREE_FIRST, FREE_LAST + 1);
            if (!usual.contains(number) && isFree(number) && GIVEN.add(number)) {
                return listen(number);
            }
        }
        throw new IOException("%d numbers from %d to %d were tried".formatted(FREE_TRIES_MAX, FREE_FIRST, FREE_LAST));
    }

    private static ServerSocket listen(int number) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), number));
        return socket;
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
