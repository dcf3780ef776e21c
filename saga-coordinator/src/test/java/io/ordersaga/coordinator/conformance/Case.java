package io.ordersaga.coordinator.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.coordinator.conformance.Peer.Answer;
import io.ordersaga.coordinator.conformance.Server.Reply;
import io.ordersaga.coordinator.conformance.Server.Verdict;
import io.ordersaga.saga.client.BranchContext;
import io.ordersaga.saga.client.DtmClient;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// One case of DTM's contract.
///
/// @param wires over which clients can express it
/// @param needs what not every server can be given
record Case(String id, String what, Set<Wire> wires, Needs needs, Check check) {

    /// What a case needs beside a server that answers, and why it is left out where there is none.
    enum Needs {
        NOTHING("plays"),
        OURS("skipped: where DTM leaves it open"),
        CLOCK("skipped: minutes would have to pass"),
        WEB_HOOK("skipped: its alerts would have to come here");

        final String word;

        Needs(String word) {
            this.word = word;
        }
    }

    static final Set<Wire> ALL = EnumSet.allOf(Wire.class);
    static final Set<Wire> HTTP = EnumSet.of(Wire.HTTP);
    static final Set<Wire> GRPC = EnumSet.of(Wire.GRPC);
    static final Set<Wire> HTTP_AND_GRPC = EnumSet.of(Wire.HTTP, Wire.GRPC);
    static final Set<Wire> HTTP_AND_JSON_RPC = EnumSet.of(Wire.HTTP, Wire.JSON_RPC);

    interface Check {
        void play(Play play);
    }

    Case(String id, String what, Set<Wire> wires, Check check) {
        this(id, what, wires, Needs.NOTHING, check);
    }

    /// One case over one wire: its own gid, and branches that nobody else calls.
    record Play(Server server, Peer peer, Accounts accounts, SettableTime time, Wire wire, String gid) {

        /// Longer than a transaction may stay prepared that names no other time.
        private static final Duration PREPARED = Duration.ofSeconds(36);

        /// Time passes for the transaction, which waits.
        void later(int seconds) {
            time.pass(gid, Duration.ofSeconds(seconds));
        }

        /// A prepared transaction has had its time; a server whose clock is its own needs no longer than a second.
        void prepared() {
            if (time.isOurs()) {
                time.pass(gid, PREPARED);
            }
        }

        /// A workflow's application is called back; it has been called so often then.
        void callbackIsDue(int call) {
            prepared();
            awaitCalls(call);
        }

        /// Seconds until the transaction, which waits, is due.
        long untilDue() {
            return time.untilDue(gid).toSeconds();
        }

        BranchContext branch(String type, String branchId, String op) {
            return new BranchContext(gid, type, branchId, op);
        }

        DtmClient client() {
            return new DtmClient(server.channel(), Duration.ofSeconds(20), peer.connections());
        }

        Play does(String branch, Peer.Work work) {
            peer.always(wire, name(branch), work);
            return this;
        }

        Tx tx(String type) {
            return new Tx(gid, type);
        }

        String name(String branch) {
            return branch + "_" + gid.replace('-', '_');
        }

        String url(String branch) {
            return peer.url(wire, name(branch));
        }

        Play script(String branch, Answer... answers) {
            peer.script(wire, name(branch), answers);
            return this;
        }

        /// Two steps: `out` with `out_back`, `in` with `in_back`.
        Tx transfer() {
            return tx("saga").step(url("out"), url("out_back")).step(url("in"), url("in_back"));
        }

        void taken(Tx tx) {
            success(server.submit(wire, tx));
        }

        static void success(Reply reply) {
            assertThat(reply.verdict()).as(reply.message()).isEqualTo(Verdict.SUCCESS);
        }

        static void failure(Reply reply, String text) {
            assertThat(reply.verdict()).as(reply.message()).isEqualTo(Verdict.FAILURE);
            assertThat(reply.message()).contains(text);
        }

        static void refused(Reply reply, String text) {
            assertThat(reply.verdict()).as(reply.message()).isNotEqualTo(Verdict.SUCCESS);
            assertThat(reply.message()).contains(text);
        }

        void ends(String status, String rows) {
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(server.status(gid)).isEqualTo(status));
            assertThat(server.rows(gid)).isEqualTo(rows);
        }

        String reason() {
            return server.transaction(gid).path("rollback_reason").asString("");
        }

        List<Peer.Call> calls() {
            return peer.calls(wire, gid);
        }

        /// `branch:op` of every call, in the order of arrival.
        List<String> callsByBranch() {
            return calls().stream()
                    .map(call -> call.branchId() + ":" + call.op())
                    .toList();
        }

        void awaitCalls(int count) {
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(calls()).hasSizeGreaterThanOrEqualTo(count));
        }
    }
}
