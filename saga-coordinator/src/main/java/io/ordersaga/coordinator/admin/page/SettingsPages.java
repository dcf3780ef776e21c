package io.ordersaga.coordinator.admin.page;

import io.ordersaga.coordinator.admin.page.SheetView.Button;
import io.ordersaga.coordinator.admin.page.SheetView.Cell;
import io.ordersaga.coordinator.admin.page.SheetView.Column;
import io.ordersaga.coordinator.admin.page.SheetView.Empty;
import io.ordersaga.coordinator.admin.page.SheetView.Search;
import io.ordersaga.coordinator.admin.page.SheetView.Tab;
import io.ordersaga.coordinator.admin.page.SheetView.Table;
import io.ordersaga.saga.v1.Account;
import io.ordersaga.saga.v1.Alert;
import io.ordersaga.saga.v1.AlertRule;
import io.ordersaga.saga.v1.AlertSubscriber;
import io.ordersaga.saga.v1.GetRetentionRequest;
import io.ordersaga.saga.v1.GetTablesRequest;
import io.ordersaga.saga.v1.ListAccountsRequest;
import io.ordersaga.saga.v1.ListAlertRulesRequest;
import io.ordersaga.saga.v1.ListAlertSubscribersRequest;
import io.ordersaga.saga.v1.ListAlertsRequest;
import io.ordersaga.saga.v1.ListTokensRequest;
import io.ordersaga.saga.v1.ListTopicsRequest;
import io.ordersaga.saga.v1.Retention;
import io.ordersaga.saga.v1.RetentionPolicy;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.Tables;
import io.ordersaga.saga.v1.Token;
import io.ordersaga.saga.v1.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.web.servlet.function.ServerResponse;

/// Accounts, tokens, alerts, retention and topics, to be looked at; [SettingChanges] changes them.
final class SettingsPages {

    private SettingsPages() {}

    static ServerResponse show(Visit visit) {
        boolean admin = visit.frame("").mayAdminister();
        List<String> names = admin
                ? List.of("alerts", "retention", "topics", "accounts", "tokens")
                : List.of("alerts", "retention", "topics");
        String tab = names.contains(visit.parameter("tab")) ? visit.parameter("tab") : names.getFirst();
        List<Table> tables = switch (tab) {
            case "accounts" -> accounts(visit);
            case "tokens" -> tokens(visit);
            case "retention" -> retention(visit, admin);
            case "topics" -> topics(visit);
            default -> alerts(visit, admin);
        };
        return visit.sheet(new SheetView(
                "settings",
                visit.text("nav.settings"),
                visit.text("settings.lead"),
                names.stream()
                        .map(name -> new Tab(visit.text("settings." + name), "/settings?tab=" + name, name.equals(tab)))
                        .toList(),
                List.of(),
                visit.session().getReadOnly() ? visit.text("settings.readonly") : "",
                tables,
                ""));
    }

    private static Table table(
            Visit visit, String key, List<Button> buttons, List<Column> columns, List<List<Cell>> rows) {
        return new Table(
                visit.text(key),
                "",
                buttons,
                Search.NONE,
                columns,
                rows,
                new Empty(visit.text(key + ".none"), visit.text(key + ".none.text"), "calm"),
                "");
    }

    private static Column column(Visit visit, String key, String width) {
        return new Column(key.isEmpty() ? "" : visit.text(key), width);
    }

    private static Button change(Visit visit, String what, String name, boolean danger) {
        return Button.dialog(
                visit.text("change." + what),
                "/settings/change?what=" + what + "&name=" + Links.encoded(name),
                "",
                danger);
    }

    private static String role(Visit visit, Role role) {
        return visit.text("role." + role.name().toLowerCase(Locale.ROOT));
    }

    private static List<Table> accounts(Visit visit) {
        List<List<Cell>> rows =
                visit
                        .backend()
                        .accounts()
                        .listAccounts(ListAccountsRequest.getDefaultInstance())
                        .getAccountsList()
                        .stream()
                        .map(account -> account(visit, account))
                        .toList();
        return List.of(table(
                visit,
                "accounts",
                List.of(change(visit, "new-account", "", false).asFirst()),
                List.of(
                        column(visit, "column.state", "w-state"),
                        column(visit, "account", ""),
                        column(visit, "account.role", "w-time"),
                        column(visit, "account.last", "w-node"),
                        column(visit, "", "w-trio")),
                rows));
    }

    private static List<Cell> account(Visit visit, Account account) {
        String name = account.getName();
        StateView state = account.getDisabled()
                ? new StateView("account.disabled", "calm", "pause")
                : account.getPasswordChangeRequired()
                        ? new StateView("account.new", "back", "calm")
                        : new StateView("account.active", "ok", "ok");
        return List.of(
                Cell.state(state),
                Cell.mono(name, account.getFederated() ? visit.text("account.federated") : "", ""),
                Cell.text(role(visit, account.getRole()), ""),
                Cell.time(account.hasLastSignInTime() ? Formats.instant(account.getLastSignInTime()) : null),
                Cell.buttons(List.of(
                        change(visit, "account", name, false),
                        change(visit, "reset-password", name, false),
                        change(visit, "delete-account", name, true))));
    }

    private static List<Table> tokens(Visit visit) {
        List<List<Cell>> rows =
                visit.backend().tokens().listTokens(ListTokensRequest.getDefaultInstance()).getTokensList().stream()
                        .map(token -> token(visit, token))
                        .toList();
        return List.of(table(
                visit,
                "tokens",
                List.of(change(visit, "new-token", "", false).asFirst()),
                List.of(
                        column(visit, "token", ""),
                        column(visit, "account.role", "w-time"),
                        column(visit, "token.creator", "w-node"),
                        column(visit, "token.used", "w-node"),
                        column(visit, "token.expires", "w-node"),
                        column(visit, "", "w-actions")),
                rows));
    }

    private static List<Cell> token(Visit visit, Token token) {
        return List.of(
                Cell.mono(token.getName(), "", ""),
                Cell.text(role(visit, token.getRole()), ""),
                Cell.text(token.getCreator(), ""),
                Cell.time(token.hasLastUseTime() ? Formats.instant(token.getLastUseTime()) : null),
                Cell.time(Formats.instant(token.getExpireTime())),
                Cell.buttons(List.of(change(visit, "revoke-token", token.getName(), true))));
    }

    private static List<Table> alerts(Visit visit, boolean admin) {
        Formats formats = visit.formats();
        List<List<Cell>> on = new ArrayList<>();
        for (Alert alert : visit.backend()
                .alerts()
                .listAlerts(ListAlertsRequest.getDefaultInstance())
                .getAlertsList()) {
            on.add(List.of(
                    Cell.state(
                            alert.hasEndTime()
                                    ? new StateView("alert.over", "calm", "ok")
                                    : new StateView("alert.on", "park", "park")),
                    Cell.text(visit.text("alert." + alert.getKind().name()), alert.getSummary()),
                    Cell.number(formats.count(alert.getValue())),
                    Cell.time(Formats.instant(alert.getStartTime())),
                    Cell.time(alert.hasEndTime() ? Formats.instant(alert.getEndTime()) : null)));
        }
        List<List<Cell>> rules = new ArrayList<>();
        for (AlertRule rule : visit.backend()
                .alerts()
                .listAlertRules(ListAlertRulesRequest.getDefaultInstance())
                .getRulesList()) {
            rules.add(List.of(
                    Cell.state(
                            rule.getEnabled()
                                    ? new StateView("rule.on", "ok", "ok")
                                    : new StateView("rule.off", "calm", "pause")),
                    Cell.text(visit.text("alert." + rule.getKind().name()), ""),
                    Cell.number(formats.count(rule.getThreshold())),
                    Cell.text(formats.span(Formats.duration(rule.getWindow())), ""),
                    Cell.buttons(
                            admin ? List.of(change(visit, "rule", rule.getKind().name(), false)) : List.of())));
        }
        List<List<Cell>> told = new ArrayList<>();
        for (AlertSubscriber one : visit.backend()
                .alerts()
                .listAlertSubscribers(ListAlertSubscribersRequest.getDefaultInstance())
                .getSubscribersList()) {
            told.add(List.of(
                    Cell.mono(one.getName(), one.getUrl(), ""),
                    Cell.text(
                            one.getLastStatus() == 0 ? Formats.nothing() : String.valueOf(one.getLastStatus()),
                            one.getLastError()),
                    Cell.number(formats.count(one.getPending())),
                    Cell.buttons(
                            admin
                                    ? List.of(
                                            change(visit, "test-subscriber", one.getName(), false),
                                            change(visit, "delete-subscriber", one.getName(), true))
                                    : List.of())));
        }
        return List.of(
                table(
                        visit,
                        "alerts",
                        List.of(),
                        List.of(
                                column(visit, "column.state", "w-state"),
                                column(visit, "alert", ""),
                                column(visit, "alert.value", "w-n num"),
                                column(visit, "alert.since", "w-node"),
                                column(visit, "alert.end", "w-node")),
                        on),
                table(
                        visit,
                        "rules",
                        List.of(),
                        List.of(
                                column(visit, "column.state", "w-state"),
                                column(visit, "rule", ""),
                                column(visit, "rule.threshold", "w-n num"),
                                column(visit, "rule.window", "w-node"),
                                column(visit, "", "w-actions")),
                        rules),
                table(
                        visit,
                        "subscribers",
                        admin
                                ? List.of(change(visit, "new-subscriber", "", false)
                                        .asFirst())
                                : List.of(),
                        List.of(
                                column(visit, "subscriber", ""),
                                column(visit, "subscriber.last", "w-gid"),
                                column(visit, "subscriber.pending", "w-n num"),
                                column(visit, "", "w-pair")),
                        told));
    }

    private static List<Table> retention(Visit visit, boolean admin) {
        Formats formats = visit.formats();
        Retention retention = visit.backend().retention().getRetention(GetRetentionRequest.getDefaultInstance());
        List<List<Cell>> policies = new ArrayList<>();
        for (RetentionPolicy policy : retention.getPoliciesList()) {
            policies.add(List.of(
                    Cell.state(StateView.of(policy.getStatus())),
                    Cell.text(
                            policy.hasKeep()
                                    ? formats.span(Formats.duration(policy.getKeep()))
                                    : visit.text("retention.forever"),
                            ""),
                    Cell.number(formats.count(policy.getPurged())),
                    Cell.time(policy.hasUpdateTime() ? Formats.instant(policy.getUpdateTime()) : null),
                    Cell.buttons(
                            admin
                                    ? List.of(change(
                                            visit,
                                            "retention",
                                            policy.getStatus().name(),
                                            false))
                                    : List.of())));
        }
        Tables tables = visit.backend().retention().getTables(GetTablesRequest.getDefaultInstance());
        List<List<Cell>> sizes = new ArrayList<>();
        for (io.ordersaga.saga.v1.Table one : tables.getTablesList()) {
            long bytes = one.getDataBytes() + one.getIndexBytes();
            sizes.add(List.of(
                    Cell.mono(one.getName(), "", ""),
                    Cell.number(formats.count(one.getRows())),
                    Cell.bar(
                            formats.bytes(bytes),
                            OverviewView.percent((double) bytes / Math.max(1, tables.getBytes())),
                            "run")));
        }
        Table growth = table(
                visit,
                "tables",
                List.of(),
                List.of(
                        column(visit, "table", ""),
                        column(visit, "table.rows", "w-node num"),
                        column(visit, "table.size", "w-wide")),
                sizes);
        return List.of(
                table(
                        visit,
                        "policies",
                        List.of(),
                        List.of(
                                column(visit, "column.state", "w-state"),
                                column(visit, "retention.keep", ""),
                                column(visit, "retention.purged", "w-node num"),
                                column(visit, "retention.changed", "w-node"),
                                column(visit, "", "w-actions")),
                        policies),
                growth.noted(visit.text(
                        "tables.growth",
                        formats.bytes(tables.getBytes()),
                        formats.bytes(tables.getBytesPerDay()),
                        formats.bytes(tables.getBytesPerTransaction()))));
    }

    private static List<Table> topics(Visit visit) {
        boolean may = visit.frame("").mayOperate();
        List<List<Cell>> rows = new ArrayList<>();
        for (Topic topic : visit.backend()
                .topics()
                .listTopics(ListTopicsRequest.getDefaultInstance())
                .getTopicsList()) {
            rows.add(List.of(
                    Cell.mono(
                            topic.getName(),
                            String.join(
                                    ", ",
                                    topic.getSubscribersList().stream()
                                            .map(Topic.Subscriber::getUrl)
                                            .toList()),
                            ""),
                    Cell.number(visit.formats().count(topic.getSubscribersCount())),
                    Cell.time(Formats.instant(topic.getUpdateTime())),
                    Cell.buttons(
                            may
                                    ? List.of(
                                            change(visit, "subscribe", topic.getName(), false),
                                            change(visit, "unsubscribe", topic.getName(), false),
                                            change(visit, "delete-topic", topic.getName(), true))
                                    : List.of())));
        }
        return List.of(table(
                visit,
                "topics",
                may ? List.of(change(visit, "subscribe", "", false).asFirst()) : List.of(),
                List.of(
                        column(visit, "topic", ""),
                        column(visit, "topic.subscribers", "w-n num"),
                        column(visit, "topic.changed", "w-node"),
                        column(visit, "", "w-trio")),
                rows));
    }
}
