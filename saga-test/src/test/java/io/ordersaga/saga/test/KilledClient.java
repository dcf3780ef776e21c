package io.ordersaga.saga.test;

import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import com.mysql.cj.jdbc.MysqlDataSource;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.ordersaga.saga.client.Barrier;
import io.ordersaga.saga.client.BranchConnections;
import io.ordersaga.saga.client.DtmClient;
import io.ordersaga.saga.client.Msg;
import io.ordersaga.saga.client.Payload;
import io.ordersaga.saga.client.SqlWork;
import io.ordersaga.saga.client.Tcc;
import io.ordersaga.saga.client.TccBranch;
import io.ordersaga.saga.client.TccBranches;
import io.ordersaga.testkit.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A program of its own that uses saga-client, comes to a decided moment, stays there, and is killed: no handler, no
/// `finally` and no last packet of it runs.
final class KilledClient {
    /// Where it is when it is killed.
    enum Moment {
        /// Of a message: its work is done, its transaction is open.
        BEFORE_COMMIT,
        /// Of a message: committed, and not submitted.
        BEFORE_SUBMIT,
        /// Of a tcc: one branch is tried, the other is not.
        BETWEEN_TRIES
    }

    private static final String THERE = "is there";
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final long LIMIT_SECONDS = 60;

    private final Process process;

    private KilledClient(Process process) {
        this.process = process;
    }

    /// Starts it.
    ///
    /// @param coordinator `host:port`
    /// @param bank `host:port` of a [Bank]
    /// @param accounts that of its own work or first branch, that of the message or second branch, and one to warm
    ///     up with
    static KilledClient start(
            Moment moment, TestDatabase database, String coordinator, String bank, String gid, List<String> accounts) {
        try {
            return new KilledClient(new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KilledClient.class.getName(),
                            moment.name(),
                            database.jdbcUrl(),
                            database.username(),
                            database.password(),
                            coordinator,
                            bank,
                            gid,
                            String.join(",", accounts)))
                    .redirectErrorStream(true)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// SIGKILL, once it has come to its moment.
    void kill() {
        try {
            CompletableFuture.supplyAsync(this::comesThere).get(LIMIT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("it lives on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("it did not come to its moment", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private boolean comesThere() {
        StringBuilder said = new StringBuilder();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.equals(THERE)) {
                    return true;
                }
                said.append(line).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("ended, having said:\n" + said);
    }

    public static void main(String[] arguments) throws SQLException {
        Moment moment = Moment.valueOf(arguments[0]);
        MysqlDataSource database = new MysqlDataSource();
        database.setUrl(arguments[1]);
        database.setUser(arguments[2]);
        database.setPassword(arguments[3]);
        Channel coordinator =
                NettyChannelBuilder.forTarget(arguments[4]).usePlaintext().build();
        new Work(
                        new Barrier(database),
                        coordinator,
                        BranchConnections.plaintext(DEADLINE),
                        arguments[5] + "/bank.Bank/",
                        arguments[6],
                        List.of(arguments[7].split(",", -1)))
                .comeTo(moment);
    }

    private record Work(
            Barrier barrier,
            Channel coordinator,
            BranchConnections connections,
            String bank,
            String gid,
            List<String> accounts) {
        /// What is used for the first time takes its time, and the coordinator waits for the second so long only.
        void comeTo(Moment moment) throws SQLException {
            Duration ages = Duration.ofSeconds(LIMIT_SECONDS);
            String account = accounts.get(0);
            String spare = accounts.get(2);
            String first = gid + "-first";
            client().doAndSubmit(message(first, spare, ages), barrier, Bank.move(spare, -1));
            switch (moment) {
                case BEFORE_COMMIT -> {
                    SqlWork work = Bank.move(account, -1);
                    client().doAndSubmit(
                                    message(gid, accounts.get(1), ModesContract.COMMIT_WITHIN), barrier, connection -> {
                                        work.run(connection);
                                        stay();
                                    });
                }
                case BEFORE_SUBMIT ->
                    stayingBeforeSubmit()
                            .doAndSubmit(
                                    message(gid, accounts.get(1), ModesContract.COMMIT_WITHIN),
                                    barrier,
                                    Bank.move(account, -1));
                case BETWEEN_TRIES -> {
                    client().tcc(Tcc.of(first + "-tcc").timeoutToFail(ages), branches -> freeze(branches, spare));
                    client().tcc(Tcc.of(gid).timeoutToFail(ModesContract.COMMIT_WITHIN), branches -> {
                        freeze(branches, account);
                        stay();
                        return freeze(branches, accounts.get(1));
                    });
                }
            }
        }

        private Msg message(String id, String receiver, Duration commitWithin) {
            return Msg.of(id)
                    .deliver(bank + "Put", StringValue.of(receiver))
                    .queryPrepared(bank + "Query")
                    .timeoutToFail(commitWithin);
        }

        private ByteString freeze(TccBranches branches, String account) {
            return branches.call(freeze(), Payload.of(StringValue.of(account)));
        }

        private TccBranch freeze() {
            return new TccBranch(bank + "Freeze", bank + "Spend", bank + "Thaw");
        }

        private DtmClient client() {
            return new DtmClient(coordinator, DEADLINE, connections);
        }

        private DtmClient stayingBeforeSubmit() {
            ClientInterceptor stays = new ClientInterceptor() {
                @Override
                public <Q, A> ClientCall<Q, A> interceptCall(
                        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                    if ("Submit".equals(method.getBareMethodName())) {
                        stay();
                    }
                    return next.newCall(method, options);
                }
            };
            return new DtmClient(ClientInterceptors.intercept(coordinator, stays), DEADLINE, connections);
        }

        private static void stay() {
            System.out.println(THERE);
            System.out.flush();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
