package io.ordersaga.coordinator.admin.access;

import com.google.protobuf.util.Timestamps;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.ErrorDomain;
import io.ordersaga.saga.v1.CreateTokenRequest;
import io.ordersaga.saga.v1.CreateTokenResponse;
import io.ordersaga.saga.v1.ListTokensRequest;
import io.ordersaga.saga.v1.ListTokensResponse;
import io.ordersaga.saga.v1.RevokeTokenRequest;
import io.ordersaga.saga.v1.RevokeTokenResponse;
import io.ordersaga.saga.v1.Role;
import io.ordersaga.saga.v1.Token;
import io.ordersaga.saga.v1.TokenServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/// Machines' tokens over gRPC.
public final class TokenEndpoint extends TokenServiceGrpc.TokenServiceImplBase {

    private static final Duration LIFETIME_USUAL = Duration.ofDays(90);

    private final TokenTable tokens;
    private final Identities identities;
    private final AccessSettings settings;
    private final ErrorDomain domain;

    TokenEndpoint(Jdbi jdbi, Identities identities, AccessSettings settings, ErrorDomain domain) {
        this.tokens = jdbi.onDemand(TokenTable.class);
        this.identities = identities;
        this.settings = settings;
        this.domain = domain;
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensResponse> answer) {
        answer.onNext(ListTokensResponse.newBuilder()
                .addAllTokens(tokens.listGood(settings.accountsMax()).stream()
                        .map(TokenEndpoint::token)
                        .toList())
                .build());
        answer.onCompleted();
    }

    @Override
    public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenResponse> answer) {
        tokens.deleteEnded();
        List<TokenTable.Row> good = tokens.listGood(settings.accountsMax());
        if (good.size() >= settings.accountsMax()) {
            throw domain.refusal(
                    Status.Code.RESOURCE_EXHAUSTED, "TOO_MANY_TOKENS", "there are too many tokens", Map.of());
        }
        Duration lifetime =
                request.hasLifetime() ? Duration.ofSeconds(request.getLifetime().getSeconds()) : LIFETIME_USUAL;
        String secret = BearerToken.make(BearerToken.MACHINE);
        String hash = BearerToken.hash(secret);
        if (!tokens.insert(
                request.getName(),
                hash,
                request.getRole().name(),
                Operator.current().name(),
                lifetime.toSeconds())) {
            throw domain.refusal(
                    Status.Code.ALREADY_EXISTS, "TOKEN_EXISTS", "there is a good token of this name", Map.of());
        }
        answer.onNext(CreateTokenResponse.newBuilder()
                .setToken(token(tokens.findGood(hash)
                        .orElseThrow(() -> new IllegalStateException("the token was ended at once"))))
                .setSecret(secret)
                .build());
        answer.onCompleted();
    }

    @Override
    public void revokeToken(RevokeTokenRequest request, StreamObserver<RevokeTokenResponse> answer) {
        if (!tokens.delete(request.getName())) {
            throw domain.refusal(Status.Code.NOT_FOUND, "TOKEN_NOT_FOUND", "there is no such token", Map.of());
        }
        identities.forgetAll();
        answer.onNext(RevokeTokenResponse.getDefaultInstance());
        answer.onCompleted();
    }

    private static Token token(TokenTable.Row row) {
        Token.Builder token = Token.newBuilder()
                .setName(row.name())
                .setRole(Role.valueOf(row.role()))
                .setCreator(row.creator())
                .setCreateTime(Timestamps.fromMillis(row.createTime().toEpochMilli()))
                .setExpireTime(Timestamps.fromMillis(row.expireTime().toEpochMilli()));
        if (row.useTime() != null) {
            token.setLastUseTime(Timestamps.fromMillis(row.useTime().toEpochMilli()));
        }
        return token.build();
    }
}
