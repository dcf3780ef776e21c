/// The admin page: HTML from the server, kept up to date by htmx. It asks the services of `saga.v1` over an in-process
/// channel with the credentials of who looks at it, so that roles, validation and the audit log are the API's, and
/// knows
/// nothing else: no store, no engine. Each page is a template, a `*View` record that the template reads, and a `*Page`
/// that makes the one of the API's answers. Every text is escaped where it is put in; no script or style is inline.
@NullMarked
package io.ordersaga.coordinator.admin.page;

import org.jspecify.annotations.NullMarked;
