package io.ordersaga.saga.client;

import io.ordersaga.saga.dtm.DtmTransOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What every kind of global transaction may be told beside its branches. Immutable.
record TransOptions(DtmTransOptions sent, SortedMap<String, String> branchHeaders) {
    static final TransOptions NONE =
            new TransOptions(DtmTransOptions.getDefaultInstance(), Collections.emptySortedMap());

    /// A gid as every builder takes it.
    ///
    /// @throws InvalidBranchException when it is not 1 to 128 characters of printable ASCII without blank
    ///     and `;`
    static String gid(String gid) {
        Ids.id("gid", gid);
        if (gid.indexOf(' ') >= 0 || gid.indexOf(';') >= 0) {
            throw new InvalidBranchException("gid", "must not contain a blank or ';'");
        }
        return gid;
    }

    TransOptions branchHeader(String key, String value) {
        if (!key.matches("[a-z0-9_.-]+") || key.matches("(dtm-|grpc-).*|.*-bin")) {
            throw new IllegalArgumentException("Not a key for a branch header: " + key);
        }
        if (!value.matches("[ -~]*")) {
            throw new IllegalArgumentException("The branch header " + key + " must be printable ASCII");
        }
        SortedMap<String, String> more = new TreeMap<>(branchHeaders);
        more.put(key, value);
        return new TransOptions(sent, Collections.unmodifiableSortedMap(more));
    }

    TransOptions waitResult(boolean wait) {
        return with(sent.toBuilder().setWaitResult(wait));
    }

    TransOptions timeoutToFail(Duration timeout) {
        return with(sent.toBuilder().setTimeoutToFail(seconds("timeoutToFail", timeout)));
    }

    TransOptions retryInterval(Duration interval) {
        return with(sent.toBuilder().setRetryInterval(seconds("retryInterval", interval)));
    }

    TransOptions requestTimeout(Duration timeout) {
        return with(sent.toBuilder().setRequestTimeout(seconds("requestTimeout", timeout)));
    }

    TransOptions retryLimit(int retries) {
        if (retries < 1) {
            throw new IllegalArgumentException("retryLimit must be at least one: " + retries);
        }
        return with(sent.toBuilder().setRetryLimit(retries));
    }

    DtmTransOptions toMessage() {
        return sent.toBuilder().putAllBranchHeaders(branchHeaders).build();
    }

    /// The wire carries seconds; rounding would silently change what the caller asked for.
    static long seconds(String field, Duration duration) {
        if (duration.getNano() != 0 || duration.getSeconds() < 1) {
            throw new IllegalArgumentException(field + " must be whole seconds, at least one: " + duration);
        }
        return duration.getSeconds();
    }

    private TransOptions with(DtmTransOptions.Builder changed) {
        return new TransOptions(changed.build(), branchHeaders);
    }
}
