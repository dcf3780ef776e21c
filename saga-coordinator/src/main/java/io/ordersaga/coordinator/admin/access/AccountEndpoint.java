package io.ordersaga.coordinator.admin.access;

import com.google.protobuf.util.Timestamps;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.kit.RefusalException;
import io.ordersaga.saga.v1.Account;
import io.ordersaga.saga.v1.AccountServiceGrpc;
import io.ordersaga.saga.v1.CreateAccountRequest;
import io.ordersaga.saga.v1.DeleteAccountRequest;
import io.ordersaga.saga.v1.DeleteAccountResponse;
import io.ordersaga.saga.v1.ListAccountsRequest;
import io.ordersaga.saga.v1.ListAccountsResponse;
import io.ordersaga.saga.v1.NewPassword;
import io.ordersaga.saga.v1.ResetPasswordRequest;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.UpdateAccountRequest;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/// Accounts over gRPC.
public final class AccountEndpoint extends AccountServiceGrpc.AccountServiceImplBase {

    private final Jdbi jdbi;
    private final AccountTable accounts;
    private final Passwords passwords;
    private final Identities identities;
    private final AccessSettings settings;
    private final ErrorDomain domain;

    AccountEndpoint(
            Jdbi jdbi, Passwords passwords, Identities identities, AccessSettings settings, ErrorDomain domain) {
        this.jdbi = jdbi;
        this.accounts = jdbi.onDemand(AccountTable.class);
        this.passwords = passwords;
        this.identities = identities;
        this.settings = settings;
        this.domain = domain;
    }

    @Override
    public void listAccounts(ListAccountsRequest request, StreamObserver<ListAccountsResponse> answer) {
        answer.onNext(ListAccountsResponse.newBuilder()
                .addAllAccounts(accounts.list(settings.accountsMax()).stream()
                        .map(AccountEndpoint::account)
                        .toList())
                .build());
        answer.onCompleted();
    }

    @Override
    public void createAccount(CreateAccountRequest request, StreamObserver<NewPassword> answer) {
        if (accounts.count() >= settings.accountsMax()) {
            throw domain.refusal(
                    Status.Code.RESOURCE_EXHAUSTED, "TOO_MANY_ACCOUNTS", "there are too many accounts", Map.of());
        }
        String password = Passwords.oneTime();
        if (!accounts.insert(request.getName(), request.getRole().name(), passwords.hash(password), true)) {
            throw domain.refusal(
                    Status.Code.ALREADY_EXISTS, "ACCOUNT_EXISTS", "there is an account of this name", Map.of());
        }
        answer.onNext(newPassword(request.getName(), password));
        answer.onCompleted();
    }

    @Override
    public void updateAccount(UpdateAccountRequest request, StreamObserver<Account> answer) {
        Account changed = jdbi.inTransaction(handle -> {
            AccountTable table = handle.attach(AccountTable.class);
            List<String> admins = table.holdAdmins();
            AccountTable.Row row = table.find(request.getName()).orElseThrow(this::unknown);
            if (row.password() == null && request.getRole() != Role.ROLE_UNSPECIFIED) {
                throw domain.refusal(
                        Status.Code.FAILED_PRECONDITION,
                        "ACCOUNT_FEDERATED",
                        "the identity provider's groups say what this account may do",
                        Map.of());
            }
            String role = request.getRole() == Role.ROLE_UNSPECIFIED
                    ? row.role()
                    : request.getRole().name();
            boolean disabled = request.hasDisabled() ? request.getDisabled() : row.disabled();
            if (disabled || !role.equals(Role.ADMIN.name())) {
                requireAnother(admins, row.name());
            }
            table.update(row.name(), role, disabled);
            if (disabled) {
                handle.attach(SessionTable.class).deleteOthers(row.name(), "");
            }
            return account(table.find(row.name()).orElseThrow(this::unknown));
        });
        identities.forgetAll();
        answer.onNext(changed);
        answer.onCompleted();
    }

    @Override
    public void resetPassword(ResetPasswordRequest request, StreamObserver<NewPassword> answer) {
        String password = Passwords.oneTime();
        String hash = passwords.hash(password);
        jdbi.useTransaction(handle -> {
            if (!handle.attach(AccountTable.class).setPassword(request.getName(), hash, true)) {
                throw unknown();
            }
            handle.attach(SessionTable.class).deleteOthers(request.getName(), "");
        });
        identities.forgetAll();
        answer.onNext(newPassword(request.getName(), password));
        answer.onCompleted();
    }

    @Override
    public void deleteAccount(DeleteAccountRequest request, StreamObserver<DeleteAccountResponse> answer) {
        jdbi.useTransaction(handle -> {
            AccountTable table = handle.attach(AccountTable.class);
            requireAnother(table.holdAdmins(), request.getName());
            if (!table.delete(request.getName())) {
                throw unknown();
            }
            handle.attach(SessionTable.class).deleteOthers(request.getName(), "");
        });
        identities.forgetAll();
        answer.onNext(DeleteAccountResponse.getDefaultInstance());
        answer.onCompleted();
    }

    private void requireAnother(List<String> admins, String name) {
        if (admins.equals(List.of(name))) {
            throw domain.refusal(
                    Status.Code.FAILED_PRECONDITION,
                    "LAST_ADMIN",
                    "nobody would be left who may change accounts",
                    Map.of());
        }
    }

    private RefusalException unknown() {
        return domain.refusal(
                Status.Code.NOT_FOUND, "ACCOUNT_NOT_FOUND", "there is no such account with a password", Map.of());
    }

    private NewPassword newPassword(String name, String password) {
        return NewPassword.newBuilder()
                .setAccount(account(accounts.find(name).orElseThrow(this::unknown)))
                .setOneTimePassword(password)
                .build();
    }

    private static Account account(AccountTable.Row row) {
        Account.Builder account = Account.newBuilder()
                .setName(row.name())
                .setRole(Role.valueOf(row.role()))
                .setDisabled(row.disabled())
                .setPasswordChangeRequired(row.changeRequired())
                .setFederated(row.password() == null)
                .setDisplayName(row.displayName())
                .setCreateTime(Timestamps.fromMillis(row.createTime().toEpochMilli()));
        if (row.signInTime() != null) {
            account.setLastSignInTime(Timestamps.fromMillis(row.signInTime().toEpochMilli()));
        }
        return account.build();
    }
}
