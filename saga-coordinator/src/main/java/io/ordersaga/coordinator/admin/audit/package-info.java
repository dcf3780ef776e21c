/// What operators did and were refused: [AuditLog] adds to it, [AuditEndpoint] shows it, and [AuditChain]
/// tells whether it is as it was written.
@NullMarked
package io.ordersaga.coordinator.admin.audit;

import org.jspecify.annotations.NullMarked;
