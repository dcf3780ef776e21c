package io.ordersaga.coordinator.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersaga.coordinator.conformance.Peer.Answer;
import io.ordersaga.coordinator.conformance.Server.Reply;
import io.ordersaga.coordinator.conformance.Server.Verdict;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// One case of DTM's contract.
///
/// @param wires over which clients can express it
record Case(String id, String what, Set<Wire> wires, Check check) {

    static final Set<Wire> ALL = EnumSet.allOf(Wire.class);
    static final Set<Wire> HTTP = EnumSet.of(Wire.HTTP);
    static final Set<Wire> HTTP_AND_GRPC = EnumSet.of(Wire.HTTP, Wire.GRPC);
    static final Set<Wire> HTTP_AND_JSON_RPC = EnumSet.of(Wire.HTTP, Wire.JSON_RPC);

    interface Check {
        void play(Play play);
    }

    /// One case over one wire: its own gid, and branches that nobody else calls.
    record Play(Server server, Peer peer, Wire wire, String gid) {

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
