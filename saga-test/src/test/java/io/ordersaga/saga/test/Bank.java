package io.ordersaga.saga.test;

import com.google.protobuf.StringValue;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.BranchRefusedException;
import io.ordersaga.saga.client.SqlWork;
import io.ordersaga.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Accounts behind the barrier, as a gRPC service whose every request is the name of an account. One
/// piece of money moves with each operation; an account that is `closed...` refuses. Answers can be made
/// to get lost.
final class Bank implements BindableService {
    private final TestDatabase database;
    private final Barrier barrier;
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private volatile Consumer<String> nested = account -> {};

    Bank(TestDatabase database) {
        this.database = database;
        this.barrier = new Barrier(database.dataSource());
        database.migrate("classpath:db/barrier");
        database.update(
                "CREATE TABLE account (name VARCHAR(100) PRIMARY KEY, balance INT NOT NULL, frozen INT NOT NULL)");
    }

    Barrier barrier() {
        return barrier;
    }

    /// Loses the answer to the next call of this method with this account, once its work is committed.
    void loseAnswer(String method, String account) {
        lost.add(method + " " + account);
    }

    /// What the try of a branch with branches of its own does with them.
    void nest(Consumer<String> work) {
        nested = work;
    }

    String open(String account) {
        database.update("INSERT INTO account VALUES (?, 100, 0)", account);
        return account;
    }

    /// `balance, frozen`.
    String state(String account) {
        return database.rows("SELECT balance, frozen FROM account WHERE name = ?", account)
                .getFirst();
    }

    /// Work on an account that others may do, too.
    static SqlWork move(String account, int pieces) {
        return connection -> change(connection, account, pieces, 0);
    }

    @Override
    public ServerServiceDefinition bindService() {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder("bank.Bank");
        add(service, "Put", (connection, account) -> change(connection, account, 1, 0));
        add(service, "UndoPut", (connection, account) -> change(connection, account, -1, 0));
        add(service, "Freeze", (connection, account) -> change(connection, account, -1, 1));
        add(service, "Spend", (connection, account) -> change(connection, account, 0, -1));
        add(service, "Thaw", (connection, account) -> change(connection, account, 1, -1));
        method(service, "FreezeWithOthers", account -> {
            nested.accept(account);
            barrier.of(BranchContext.current()).call(connection -> change(connection, account, -1, 1));
        });
        method(service, "Query", account -> barrier.of(BranchContext.current()).requireCommitted());
        return service.build();
    }

    private interface AccountWork {
        void run(Connection connection, String account) throws SQLException;
    }

    private interface Handler {
        void handle(String account) throws SQLException;
    }

    private void add(ServerServiceDefinition.Builder service, String name, AccountWork work) {
        method(
                service,
                name,
                account -> barrier.of(BranchContext.current()).call(connection -> work.run(connection, account)));
    }

    private void method(ServerServiceDefinition.Builder service, String name, Handler handler) {
        var request = ProtoUtils.marshaller(StringValue.getDefaultInstance());
        var method = MethodDescriptor.<StringValue, StringValue>newBuilder(request, request)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("bank.Bank/" + name)
                .build();
        service.addMethod(method, ServerCalls.asyncUnaryCall((account, answer) -> {
            try {
                handler.handle(account.getValue());
            } catch (SQLException e) {
                answer.onError(Status.UNKNOWN.withCause(e).asRuntimeException());
                return;
            }
            if (lost.remove(name + " " + account.getValue())) {
                answer.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
            }
            answer.onNext(account);
            answer.onCompleted();
        }));
    }

    private static void change(Connection connection, String account, int balance, int frozen) throws SQLException {
        if (account.startsWith("closed")) {
            throw new BranchRefusedException("bank", "CLOSED", account + " is closed", Map.of("account", account));
        }
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE account SET balance = balance + ?, frozen = frozen + ? WHERE name = ?")) {
            update.setInt(1, balance);
            update.setInt(2, frozen);
            update.setString(3, account);
            if (update.executeUpdate() != 1) {
                throw new IllegalStateException("no account " + account);
            }
        }
    }
}
