package io.ordersaga.coordinator.admin.alert;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/// Every statement on the tables `alert_subscriber` and `alert_notice`.
@RegisterConstructorMapper(SubscriberTable.Row.class)
@RegisterConstructorMapper(SubscriberTable.Notice.class)
interface SubscriberTable {

    /// Who is told. Public because JDBI maps public records only.
    ///
    /// @param secret as it is kept
    /// @param pending notices that wait
    record Row(
            String name, String url, String secret, Instant createTime, int lastStatus, String lastError, int pending) {

        /// Without the secret.
        @Override
        public String toString() {
            return "subscriber " + name;
        }
    }

    /// What is to be told. Public because JDBI maps public records only.
    record Notice(
            String alertId, String event, String subscriber, String body, int attempts, String url, String secret) {

        /// Without the secret.
        @Override
        public String toString() {
            return "notice " + event + " of " + alertId + " for " + subscriber;
        }
    }

    @SqlQuery("""
            SELECT s.name, s.url, s.secret, s.create_time, s.last_status, s.last_error,
                   (SELECT COUNT(*) FROM alert_notice n WHERE n.subscriber = s.name) AS pending
            FROM alert_subscriber s
            ORDER BY s.name
            LIMIT 1000
            """)
    List<Row> list();

    @SqlQuery("""
            SELECT s.name, s.url, s.secret, s.create_time, s.last_status, s.last_error, 0 AS pending
            FROM alert_subscriber s
            WHERE s.name = :name
            """)
    Optional<Row> find(@Bind("name") String name);

    @SqlUpdate("""
            INSERT IGNORE INTO alert_subscriber (name, url, secret, create_time, last_status, last_error)
            VALUES (:name, :url, :secret, UTC_TIMESTAMP(3), 0, '')
            """)
    boolean insert(@Bind("name") String name, @Bind("url") String url, @Bind("secret") String secret);

    /// Leaves it alone when somebody else was here.
    @SqlUpdate("""
            UPDATE alert_subscriber
            SET secret = :after
            WHERE name = :name
              AND secret = :before
            """)
    int reseal(@Bind("name") String name, @Bind("before") String before, @Bind("after") String after);

    @SqlUpdate("""
            DELETE FROM alert_subscriber
            WHERE name = :name
            """)
    boolean delete(@Bind("name") String name);

    @SqlUpdate("""
            DELETE FROM alert_notice
            WHERE subscriber = :name
            """)
    int deleteNotices(@Bind("name") String name);

    /// Has everybody told.
    @SqlUpdate("""
            INSERT IGNORE INTO alert_notice (alert_id, event, subscriber, body, attempts, due_time)
            SELECT :alertId, :event, name, :body, 0, UTC_TIMESTAMP(3)
            FROM alert_subscriber
            """)
    int tell(@Bind("alertId") String alertId, @Bind("event") String event, @Bind("body") String body);

    /// Those that are due, the longest waiting first.
    @SqlQuery("""
            SELECT n.alert_id, n.event, n.subscriber, n.body, n.attempts, s.url, s.secret
            FROM alert_notice n
            JOIN alert_subscriber s ON s.name = n.subscriber
            WHERE n.due_time <= UTC_TIMESTAMP(3)
            ORDER BY n.due_time
            LIMIT :limit
            """)
    List<Notice> due(@Bind("limit") int limit);

    /// Has nobody else send it for so long; false when somebody else does.
    @SqlUpdate("""
            UPDATE alert_notice
            SET due_time = UTC_TIMESTAMP(3) + INTERVAL :micros MICROSECOND
            WHERE alert_id = :alertId
              AND event = :event
              AND subscriber = :subscriber
              AND due_time <= UTC_TIMESTAMP(3)
            """)
    boolean take(
            @Bind("alertId") String alertId,
            @Bind("event") String event,
            @Bind("subscriber") String subscriber,
            @Bind("micros") long micros);

    @SqlUpdate("""
            DELETE FROM alert_notice
            WHERE alert_id = :alertId
              AND event = :event
              AND subscriber = :subscriber
            """)
    int done(@Bind("alertId") String alertId, @Bind("event") String event, @Bind("subscriber") String subscriber);

    @SqlUpdate("""
            UPDATE alert_notice
            SET attempts = attempts + 1,
                due_time = UTC_TIMESTAMP(3) + INTERVAL :micros MICROSECOND
            WHERE alert_id = :alertId
              AND event = :event
              AND subscriber = :subscriber
            """)
    int again(
            @Bind("alertId") String alertId,
            @Bind("event") String event,
            @Bind("subscriber") String subscriber,
            @Bind("micros") long micros);

    @SqlUpdate("""
            UPDATE alert_subscriber
            SET last_status = :status,
                last_error = :error
            WHERE name = :name
            """)
    int note(@Bind("name") String name, @Bind("status") int status, @Bind("error") String error);
}
