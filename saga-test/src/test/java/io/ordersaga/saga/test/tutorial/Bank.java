package io.ordersaga.saga.test.tutorial;

import com.sun.net.httpserver.HttpServer;
import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BranchAnswer;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.saga.client.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import tools.jackson.databind.json.JsonMapper;

// tutorial: participant
final class Bank implements AutoCloseable {
    record Amount(String account, int cents) {
        Payload toPayload() {
            return Payload.json(JsonMapper.shared().writeValueAsString(this));
        }
    }

    interface Work {
        void run(Connection connection, Amount amount) throws SQLException;
    }

    private final Barrier barrier;
    private final HttpServer server;

    Bank(DataSource database) throws IOException {
        barrier = new Barrier(database);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        branch("/withdraw", (connection, amount) -> change(connection, amount.account(), -amount.cents(), 0));
        branch("/deposit", (connection, amount) -> change(connection, amount.account(), amount.cents(), 0));
        addMore();
        server.start();
    }

    private void branch(String path, Work work) {
        server.createContext(path, exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            BranchAnswer answer = BranchAnswer.of(
                    exchange.getRequestURI().getRawQuery(),
                    branch -> barrier.of(branch)
                            .call(connection ->
                                    work.run(connection, JsonMapper.shared().readValue(body, Amount.class))));
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    static void change(Connection connection, String account, int balance, int frozen) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE account SET balance = balance + ?, frozen = frozen + ? WHERE name = ? AND balance + ? >= 0")) {
            update.setInt(1, balance);
            update.setInt(2, frozen);
            update.setString(3, account);
            update.setInt(4, balance);
            if (update.executeUpdate() == 0) {
                throw new BranchRefusedException("bank", "NOT_ENOUGH", account + " has not enough", Map.of());
            }
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
    // tutorial-end

    private void addMore() {
        // tutorial: query-prepared
        server.createContext("/committed", exchange -> {
            BranchAnswer answer = BranchAnswer.of(
                    exchange.getRequestURI().getRawQuery(),
                    branch -> barrier.of(branch).requireCommitted());
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        // tutorial-end

        // tutorial: tcc-participant
        branch(
                "/freeze",
                (connection, amount) -> change(connection, amount.account(), -amount.cents(), amount.cents()));
        branch("/spend", (connection, amount) -> change(connection, amount.account(), 0, -amount.cents()));
        branch("/thaw", (connection, amount) -> change(connection, amount.account(), amount.cents(), -amount.cents()));
        // tutorial-end
    }
}
