package io.ordersaga.order;

import io.ordersaga.order.OrderRows.LineRow;
import io.ordersaga.order.OrderRows.OrderRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindList;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/// Reads many orders at once. The conditions of a list are put together from constants, so that each kind
/// of list is a statement of its own, for which the server finds the index; values are always bound.
interface OrderListTable {
    /// Which orders, from where on, and how many.
    ///
    /// @param owner whose orders; absent for everyone's
    /// @param after the last row of the page before
    record Page(Optional<String> owner, OrderFilter filter, boolean descending, Optional<PageToken> after, int size) {
        private String conditions() {
            List<String> conditions = new ArrayList<>(List.of("delete_time IS NULL"));
            owner.ifPresent(user -> conditions.add("user_id = :owner"));
            filter.userId().ifPresent(user -> conditions.add("user_id = :userId"));
            filter.state().ifPresent(state -> conditions.add("state = :state"));
            filter.from().ifPresent(from -> conditions.add("create_time >= :from"));
            filter.before().ifPresent(before -> conditions.add("create_time < :before"));
            // Two conditions, because servers do not look up pairs of columns in an index.
            after.ifPresent(row -> conditions.add(
                    descending
                            ? "create_time <= :time AND (create_time < :time OR order_id < :id)"
                            : "create_time >= :time AND (create_time > :time OR order_id > :id)"));
            return String.join(" AND ", conditions);
        }

        private Values values() {
            return new Values(
                    owner.orElse(null),
                    filter.userId().orElse(null),
                    filter.state().orElse(null),
                    filter.from().orElse(null),
                    filter.before().orElse(null),
                    after.map(PageToken::time).orElse(null),
                    after.map(PageToken::id).orElse(null));
        }
    }

    /// What a list's conditions compare with.
    record Values(
            @Nullable String owner,
            @Nullable String userId,
            @Nullable OrderState state,
            @Nullable Instant from,
            @Nullable Instant before,
            @Nullable Instant time,
            @Nullable String id) {}

    /// The orders of a page, and one more when there are more.
    default List<Order> list(Page page) {
        List<OrderRow> rows =
                listOrders(page.values(), page.conditions(), page.descending() ? "DESC" : "ASC", page.size() + 1);
        if (rows.isEmpty()) {
            return List.of();
        }
        Map<String, List<LineRow>> lines = linesOf(
                        rows.stream().map(OrderRow::orderId).toList())
                .stream()
                .collect(Collectors.groupingBy(LineRow::orderId));
        return rows.stream()
                .map(row -> row.toOrder(lines.getOrDefault(row.orderId(), List.of()).stream()
                        .map(LineRow::toLine)
                        .toList()))
                .toList();
    }

    @SqlQuery("""
            SELECT order_id, user_id, state, version, coupon_id, currency, total_minor, discount_minor,
                   reject_domain, reject_reason, reject_message, reject_metadata,
                   address, note, carrier, tracking_number,
                   state_before, refunded_minor, cancellations, cancel_reason, payment_id, expire_time, paid_time,
                   shipped_time, completed_time, delete_time,
                   saga_definition, trace_parent, create_time, update_time
              FROM orders
             WHERE <conditions>
             ORDER BY create_time <direction>, order_id <direction>
             LIMIT :limit
            """)
    @RegisterConstructorMapper(OrderRow.class)
    List<OrderRow> listOrders(
            @BindMethods Values values,
            @Define("conditions") String conditions,
            @Define("direction") String direction,
            int limit);

    @SqlQuery("""
            SELECT order_id, line_no, product_id, quantity, unit_price_minor, discount_minor, refunded_quantity
              FROM order_lines
             WHERE order_id IN (<orderIds>)
             ORDER BY order_id, line_no
            """)
    @RegisterConstructorMapper(LineRow.class)
    List<LineRow> linesOf(@BindList("orderIds") List<String> orderIds);

    /// Those of the orders that are still being placed.
    @SqlQuery("""
            SELECT order_id
              FROM orders
             WHERE order_id IN (<orderIds>)
               AND state = 'PLACING'
            """)
    List<String> stillPlacing(@BindList("orderIds") List<String> orderIds);
}
