package io.ordersaga.bench.participant;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import com.zaxxer.hikari.HikariDataSource;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.ordersaga.bench.lab.Server;
import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.BranchContextInterceptor;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.saga.client.SqlWork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/// A participant that takes from accounts and gives back, guarded by the barrier of saga-client. The payload is a
/// `StringValue` of `ACCOUNT AMOUNT`; `Reserve` takes, `Release` gives back.
public final class AccountParticipant {
    public static final String SERVICE = "bench.Account";
    public static final String PORT = "PARTICIPANT_PORT";
    public static final String DATABASE_PORT = "PARTICIPANT_DATABASE_PORT";
    public static final String DATABASE_USER = "PARTICIPANT_DATABASE_USER";
    public static final String DATABASE_PASSWORD = "PARTICIPANT_DATABASE_PASSWORD";
    public static final String SCHEMA = "PARTICIPANT_SCHEMA";

    /// `none` leaves the barrier out: the audit must find what comes of it.
    public static final String BARRIER = "PARTICIPANT_BARRIER";

    private static final int CONNECTIONS = 10;

    private final DataSource dataSource;
    private final Barrier barrier;
    private final boolean guarded;

    private AccountParticipant(DataSource dataSource, boolean guarded) {
        this.dataSource = dataSource;
        this.barrier = new Barrier(dataSource);
        this.guarded = guarded;
    }

    public static void main(String[] arguments) throws Exception {
        Server database = new Server(
                "127.0.0.1",
                Integer.parseInt(System.getenv(DATABASE_PORT)),
                System.getenv(DATABASE_USER),
                System.getenv(DATABASE_PASSWORD));
        HikariDataSource pool = database.pool(System.getenv(SCHEMA), CONNECTIONS);
        AccountParticipant participant =
                new AccountParticipant(pool, !"none".equals(System.getenv().getOrDefault(BARRIER, "")));
        io.grpc.Server server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(System.getenv(PORT))))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(ServerInterceptors.intercept(participant.service(), new BranchContextInterceptor()))
                .build()
                .start();
        server.awaitTermination();
    }

    private ServerServiceDefinition service() {
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(
                        RawBytes.unary(SERVICE + "/Reserve"),
                        ServerCalls.asyncUnaryCall((request, answer) -> handle(request, 1, answer)))
                .addMethod(
                        RawBytes.unary(SERVICE + "/Release"),
                        ServerCalls.asyncUnaryCall((request, answer) -> handle(request, -1, answer)))
                .build();
    }

    private void handle(byte[] request, int sign, StreamObserver<byte[]> answer) {
        List<String> words = words(request);
        int account = Integer.parseInt(words.getFirst());
        long amount = sign * Long.parseLong(words.getLast());
        BranchContext branch = BranchContext.current();
        try {
            SqlWork work = connection -> move(connection, branch, account, amount);
            if (guarded) {
                var _ = barrier.of(branch).call(work);
            } else {
                unguarded(work);
            }
        } catch (SQLException e) {
            answer.onError(Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
            return;
        }
        answer.onNext(new byte[0]);
        answer.onCompleted();
    }

    private static List<String> words(byte[] request) {
        try {
            return List.of(StringValue.parseFrom(request).getValue().split(" ", 2));
        } catch (InvalidProtocolBufferException e) {
            throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
        }
    }

    private void unguarded(SqlWork work) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            work.run(connection);
            connection.commit();
        }
    }

    private static final String MOVE = """
            UPDATE account
            SET available = available - ?
            WHERE id = ? AND available >= ?
            """;
    private static final String EFFECT = """
            INSERT INTO effect (gid, branch_id, op, account, amount)
            VALUES (?, ?, ?, ?, ?)
            """;

    private static void move(Connection connection, BranchContext branch, int account, long amount)
            throws SQLException {
        try (PreparedStatement move = connection.prepareStatement(MOVE)) {
            move.setLong(1, amount);
            move.setInt(2, account);
            move.setLong(3, amount);
            if (move.executeUpdate() == 0) {
                throw new BranchRefusedException(
                        "bench", "NO_BALANCE", "account " + account + " has too little", Map.of());
            }
        }
        try (PreparedStatement effect = connection.prepareStatement(EFFECT)) {
            effect.setBytes(1, branch.gid().getBytes(StandardCharsets.UTF_8));
            effect.setBytes(2, branch.branchId().getBytes(StandardCharsets.UTF_8));
            effect.setBytes(3, branch.op().getBytes(StandardCharsets.UTF_8));
            effect.setInt(4, account);
            effect.setLong(5, amount);
            effect.executeUpdate();
        }
    }
}
