package io.ordersaga.stack;

/// Where and as whom one program reaches its schema.
///
/// @param url JDBC URL with the schema
public record Account(String url, String user, String password) {
    /// Without the password, which must not reach a log.
    @Override
    public String toString() {
        return user + " at " + url;
    }
}
