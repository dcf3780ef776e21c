package io.ordersaga.saga.client;

/// The local transaction of a message came too late: the coordinator had asked about it before it
/// committed, took the answer for a no and dropped the message. Nothing was committed, and nothing ever
/// will be under this gid: begin again with a new one.
public final class MsgAbortedException extends RuntimeException {
    private final String gid;

    MsgAbortedException(String gid) {
        super("The message " + gid + " was dropped before its local transaction committed");
        this.gid = gid;
    }

    public String gid() {
        return gid;
    }
}
