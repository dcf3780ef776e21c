package io.ordersaga.stack;

import io.ordersaga.stack.process.ProcessIdentity;
import io.ordersaga.stack.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/// Makes sure that one stack at a time uses a folder. The operating system releases it with the process that holds it.
final class FolderLock implements AutoCloseable {
    private final FileChannel channel;
    private final StackFolder folder;

    private FolderLock(FileChannel channel, StackFolder folder) {
        this.channel = channel;
        this.folder = folder;
    }

    /// @throws StartFailure when another one holds it
    static FolderLock acquire(StackFolder folder) {
        try {
            Files.createDirectories(folder.lock().getParent());
            FileChannel channel = FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (locked(channel)) {
                folder.supervisor().write(ProcessIdentity.of(ProcessHandle.current()));
                return new FolderLock(channel, folder);
            }
            channel.close();
            throw new StartFailure("ordersaga is already running with the data in " + folder.path()
                    + ": see ./ordersaga status, stop it with ./ordersaga down");
        } catch (IOException e) {
            throw new UncheckedIOException("The lock " + folder.lock() + " could not be taken", e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // Held by another stack in this very JVM.
            return false;
        }
    }

    @Override
    public void close() {
        try {
            // Before the lock is given back: whoever takes it next writes its own.
            if (channel.isOpen()) {
                folder.supervisor().delete();
            }
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
