package io.ordersaga.simulation.shop;

/// What goes wrong in a participant's database; asked before each statement and each commit.
public interface Mishaps {

    Mishap onBarrier();

    Mishap onBusiness();

    Mishap onCommit();

    /// Microseconds that the locks of a connection that died stay behind.
    long lockLeftBehind();

    /// Nothing ever goes wrong.
    Mishaps NONE = new Mishaps() {
        @Override
        public Mishap onBarrier() {
            return Mishap.NONE;
        }

        @Override
        public Mishap onBusiness() {
            return Mishap.NONE;
        }

        @Override
        public Mishap onCommit() {
            return Mishap.NONE;
        }

        @Override
        public long lockLeftBehind() {
            return 0;
        }
    };

    enum Mishap {
        NONE,
        /// 1205: the statement is undone, the transaction goes on.
        LOCK_WAIT,
        /// 1213: the whole transaction is undone, and the next statement begins another.
        DEADLOCK,
        /// The connection dies and the server notices at once.
        CONNECTION_DIED,
        /// The connection dies, and the server keeps the transaction's locks for a while.
        CONNECTION_LEFT,
        /// Only on commit: it is carried out, but nobody is told.
        ACK_LOST
    }
}
