package io.ordersaga.coordinator.admin.page;

import io.ordersaga.saga.v1.AlertRule;
import io.ordersaga.saga.v1.CreateAccountRequest;
import io.ordersaga.saga.v1.CreateAlertSubscriberRequest;
import io.ordersaga.saga.v1.CreateTokenRequest;
import io.ordersaga.saga.v1.DeleteAccountRequest;
import io.ordersaga.saga.v1.DeleteAlertSubscriberRequest;
import io.ordersaga.saga.v1.DeleteTopicRequest;
import io.ordersaga.saga.v1.ListAlertRulesRequest;
import io.ordersaga.saga.v1.ResetPasswordRequest;
import io.ordersaga.saga.v1.RevokeTokenRequest;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.SubscribeRequest;
import io.ordersaga.saga.v1.TestAlertSubscriberRequest;
import io.ordersaga.saga.v1.TestAlertSubscriberResponse;
import io.ordersaga.saga.v1.UnsubscribeRequest;
import io.ordersaga.saga.v1.UpdateAccountRequest;
import io.ordersaga.saga.v1.UpdateAlertRuleRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.servlet.function.ServerResponse;

/// Every change that the settings offer: a dialog, and the doing.
final class SettingChanges {

    private SettingChanges() {}

    /// What can be changed; the name in addresses and texts is that of the enum with `-`.
    private enum What {
        NEW_ACCOUNT,
        ACCOUNT,
        RESET_PASSWORD,
        DELETE_ACCOUNT,
        NEW_TOKEN,
        REVOKE_TOKEN,
        RULE,
        NEW_SUBSCRIBER,
        TEST_SUBSCRIBER,
        DELETE_SUBSCRIBER,
        RETENTION,
        SUBSCRIBE,
        UNSUBSCRIBE,
        DELETE_TOPIC;

        String key() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        static What of(Visit visit) {
            for (What what : values()) {
                if (what.key().equals(visit.parameter("what"))) {
                    return what;
                }
            }
            throw io.grpc.Status.INVALID_ARGUMENT
                    .withDescription("what: no such setting")
                    .asRuntimeException();
        }
    }

    static DialogView question(Visit visit) {
        What what = What.of(visit);
        String name = visit.parameter("name");
        List<DialogView.Field> fields = new ArrayList<>();
        // What was typed can be typed otherwise when it was refused; what was pressed beside a name is about that one.
        boolean typed = name.isEmpty() || visit.parameter("typed").equals("true");
        if (typed) {
            fields.add(DialogView.Field.line("name", visit.text("field.name"), visit.text("field.name.help"), true));
        }
        switch (what) {
            case NEW_ACCOUNT, NEW_TOKEN -> fields.add(roles(visit, "VIEWER", false));
            case ACCOUNT -> {
                fields.add(roles(visit, "ROLE_UNSPECIFIED", true));
                fields.add(DialogView.Field.select(
                        "disabled",
                        visit.text("field.signin"),
                        List.of(
                                new DialogView.Option("", visit.text("field.keep")),
                                new DialogView.Option("false", visit.text("field.signin.yes")),
                                new DialogView.Option("true", visit.text("field.signin.no"))),
                        ""));
            }
            case RULE -> {
                AlertRule rule = stored(visit, name);
                fields.add(DialogView.Field.select(
                        "enabled",
                        visit.text("rule"),
                        List.of(
                                new DialogView.Option("true", visit.text("state.rule.on")),
                                new DialogView.Option("false", visit.text("state.rule.off"))),
                        String.valueOf(rule.getEnabled())));
                fields.add(number(visit, "threshold", "rule.threshold", String.valueOf(rule.getThreshold())));
                fields.add(number(
                        visit,
                        "window",
                        "field.window",
                        String.valueOf(rule.getWindow().getSeconds())));
            }
            case NEW_SUBSCRIBER, UNSUBSCRIBE ->
                fields.add(DialogView.Field.line("url", visit.text("field.url"), "", true));
            case SUBSCRIBE -> {
                fields.add(DialogView.Field.line("url", visit.text("field.url"), "", true));
                fields.add(DialogView.Field.line("remark", visit.text("field.remark"), "", false));
            }
            case RETENTION -> fields.add(RetentionChange.hours(visit, name));
            case RESET_PASSWORD, DELETE_ACCOUNT, REVOKE_TOKEN, TEST_SUBSCRIBER, DELETE_SUBSCRIBER, DELETE_TOPIC -> {}
        }
        DialogView question = DialogView.question(
                        visit.text("change." + what.key()),
                        visit.text("change." + what.key() + ".text", typed ? "" : name),
                        "/settings/change",
                        Map.of("what", what.key(), typed ? "typed" : "name", typed ? "true" : name))
                .asking(fields.toArray(DialogView.Field[]::new));
        return isDangerous(what) ? question.dangerous() : question;
    }

    private static boolean isDangerous(What what) {
        return switch (what) {
            case DELETE_ACCOUNT, REVOKE_TOKEN, DELETE_SUBSCRIBER, DELETE_TOPIC -> true;
            case NEW_ACCOUNT,
                    ACCOUNT,
                    RESET_PASSWORD,
                    NEW_TOKEN,
                    RULE,
                    NEW_SUBSCRIBER,
                    TEST_SUBSCRIBER,
                    RETENTION,
                    SUBSCRIBE,
                    UNSUBSCRIBE -> false;
        };
    }

    /// As it is now: who changes one part of it means to leave the others.
    private static AlertRule stored(Visit visit, String name) {
        return visit
                .backend()
                .alerts()
                .listAlertRules(ListAlertRulesRequest.getDefaultInstance())
                .getRulesList()
                .stream()
                .filter(rule -> rule.getKind().name().equals(name))
                .findFirst()
                .orElseThrow(() -> io.grpc.Status.INVALID_ARGUMENT
                        .withDescription("name: no such rule")
                        .asRuntimeException());
    }

    static DialogView.Field number(Visit visit, String name, String key, String value) {
        return new DialogView.Field(name, "number", visit.text(key), "", value, List.of(), true);
    }

    private static DialogView.Field roles(Visit visit, String chosen, boolean orNone) {
        List<DialogView.Option> roles = new ArrayList<>();
        if (orNone) {
            roles.add(new DialogView.Option("ROLE_UNSPECIFIED", visit.text("field.keep")));
        }
        for (String role : List.of("VIEWER", "OPERATOR", "ADMIN")) {
            roles.add(new DialogView.Option(role, visit.text("role." + role.toLowerCase(java.util.Locale.ROOT))));
        }
        return DialogView.Field.select("role", visit.text("account.role"), roles, chosen);
    }

    static ServerResponse change(Visit visit) {
        What what = What.of(visit);
        String name = visit.parameter("name");
        Backend backend = visit.backend();
        switch (what) {
            case NEW_ACCOUNT -> {
                return secret(
                        visit,
                        what,
                        backend.accounts()
                                .createAccount(CreateAccountRequest.newBuilder()
                                        .setName(name)
                                        .setRole(role(visit))
                                        .build())
                                .getOneTimePassword());
            }
            case RESET_PASSWORD -> {
                return secret(
                        visit,
                        what,
                        backend.accounts()
                                .resetPassword(ResetPasswordRequest.newBuilder()
                                        .setName(name)
                                        .build())
                                .getOneTimePassword());
            }
            case NEW_TOKEN -> {
                return secret(
                        visit,
                        what,
                        backend.tokens()
                                .createToken(CreateTokenRequest.newBuilder()
                                        .setName(name)
                                        .setRole(role(visit))
                                        .build())
                                .getSecret());
            }
            case NEW_SUBSCRIBER -> {
                return secret(
                        visit,
                        what,
                        backend.alerts()
                                .createAlertSubscriber(CreateAlertSubscriberRequest.newBuilder()
                                        .setName(name)
                                        .setUrl(visit.parameter("url"))
                                        .build())
                                .getSecret());
            }
            case TEST_SUBSCRIBER -> {
                return tested(
                        visit,
                        backend.alerts()
                                .testAlertSubscriber(TestAlertSubscriberRequest.newBuilder()
                                        .setName(name)
                                        .build()));
            }
            case ACCOUNT -> backend.accounts().updateAccount(account(visit, name));
            case DELETE_ACCOUNT ->
                backend.accounts()
                        .deleteAccount(
                                DeleteAccountRequest.newBuilder().setName(name).build());
            case REVOKE_TOKEN ->
                backend.tokens()
                        .revokeToken(
                                RevokeTokenRequest.newBuilder().setName(name).build());
            case DELETE_SUBSCRIBER ->
                backend.alerts()
                        .deleteAlertSubscriber(DeleteAlertSubscriberRequest.newBuilder()
                                .setName(name)
                                .build());
            case RULE -> backend.alerts().updateAlertRule(rule(visit, name));
            case RETENTION -> {
                Optional<DialogView> first = RetentionChange.before(visit, name);
                if (first.isPresent()) {
                    return visit.dialog(first.get());
                }
                RetentionChange.change(visit, name);
            }
            case SUBSCRIBE ->
                backend.topics()
                        .subscribe(SubscribeRequest.newBuilder()
                                .setName(name)
                                .setUrl(visit.parameter("url"))
                                .setRemark(visit.parameter("remark"))
                                .build());
            case UNSUBSCRIBE ->
                backend.topics()
                        .unsubscribe(UnsubscribeRequest.newBuilder()
                                .setName(name)
                                .setUrl(visit.parameter("url"))
                                .build());
            case DELETE_TOPIC ->
                backend.topics()
                        .deleteTopic(
                                DeleteTopicRequest.newBuilder().setName(name).build());
        }
        return visit.goTo("/settings?tab=" + tab(what));
    }

    private static String tab(What what) {
        return switch (what) {
            case NEW_ACCOUNT, ACCOUNT, RESET_PASSWORD, DELETE_ACCOUNT -> "accounts";
            case NEW_TOKEN, REVOKE_TOKEN -> "tokens";
            case RULE, NEW_SUBSCRIBER, TEST_SUBSCRIBER, DELETE_SUBSCRIBER -> "alerts";
            case RETENTION -> "retention";
            case SUBSCRIBE, UNSUBSCRIBE, DELETE_TOPIC -> "topics";
        };
    }

    private static ServerResponse secret(Visit visit, What what, String secret) {
        return visit.dialog(
                DialogView.secret(visit.text("change." + what.key()), visit.text("secret." + what.key()), secret));
    }

    private static ServerResponse tested(Visit visit, TestAlertSubscriberResponse answer) {
        return visit.done(
                answer.getReceived()
                        ? visit.text("done.test", String.valueOf(answer.getStatus()))
                        : visit.text("done.test.failed", answer.getError()));
    }

    private static Role role(Visit visit) {
        for (Role role : Role.values()) {
            if (role != Role.UNRECOGNIZED && role.name().equals(visit.parameter("role"))) {
                return role;
            }
        }
        return Role.ROLE_UNSPECIFIED;
    }

    private static UpdateAccountRequest account(Visit visit, String name) {
        UpdateAccountRequest.Builder account =
                UpdateAccountRequest.newBuilder().setName(name).setRole(role(visit));
        if (!visit.parameter("disabled").isEmpty()) {
            account.setDisabled(visit.parameter("disabled").equals("true"));
        }
        return account.build();
    }

    private static UpdateAlertRuleRequest rule(Visit visit, String name) {
        AlertRule.Builder rule = AlertRule.newBuilder()
                .setEnabled(visit.parameter("enabled").equals("true"))
                .setThreshold(OperationPages.number(visit.parameter("threshold")))
                .setWindow(OperationPages.seconds(visit.parameter("window")));
        for (AlertRule.Kind kind : AlertRule.Kind.values()) {
            if (kind != AlertRule.Kind.UNRECOGNIZED && kind.name().equals(name)) {
                rule.setKind(kind);
            }
        }
        return UpdateAlertRuleRequest.newBuilder().setRule(rule).build();
    }
}
