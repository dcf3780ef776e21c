package io.ordersaga.kit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.ordersaga.stock.v1.BatchGetProductsRequest;
import io.ordersaga.stock.v1.GetProductRequest;
import io.ordersaga.stock.v1.ListProductsRequest;
import io.ordersaga.stock.v1.Product;
import io.ordersaga.stock.v1.StockServiceGrpc;
import io.ordersaga.testkit.RawCalls;
import io.ordersaga.testkit.RawCalls.Answer;
import io.ordersaga.testkit.RunningService;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a caller over a real connection sees, whatever it sends and whatever the handler does.
class GrpcServingTest {
    private static final String GET = "ordersaga.stock.v1.StockService/GetProduct";
    private static final GetProductRequest VALID =
            GetProductRequest.newBuilder().setProductId("1").build();

    private static RunningService program;

    @BeforeAll
    static void start() {
        program = RunningService.start(
                ServedProgram.class,
                Map.of(
                        "spring.config.import",
                        "classpath:kit.yaml",
                        "spring.autoconfigure.exclude",
                        "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                                + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
                        "ordersaga.grpc.call-time-limit",
                        "2s",
                        "ordersaga.identity.anonymous-roles",
                        ""));
    }

    @AfterAll
    static void stop() {
        program.close();
    }

    @Test
    void aValidRequestReachesTheHandlerOnAVirtualThread() {
        ServedProgram.handler = request -> Product.newBuilder()
                .setTitle(Boolean.toString(Thread.currentThread().isVirtual()))
                .build();

        assertThat(StockServiceGrpc.newBlockingStub(program.channel())
                        .getProduct(VALID)
                        .getTitle())
                .isEqualTo("true");
    }

    @Test
    void bytesThatAreNoMessageAreTheCallersMistake() {
        Answer answer = RawCalls.call(program.channel(), GET, new Metadata(), List.of(new byte[] {10, 100, 1, 2, 3}));

        assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.errorInfo().getReason()).isEqualTo("MALFORMED_REQUEST");
        assertThat(answer.errorInfo().getDomain()).isEqualTo("test.ordersaga");
    }

    @Test
    void textThatIsNotUtf8IsTheCallersMistake() {
        Answer answer = RawCalls.call(
                program.channel(), GET, new Metadata(), List.of(new byte[] {10, 2, (byte) 0xff, (byte) 0xfe}));

        assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.errorInfo().getReason()).isEqualTo("MALFORMED_REQUEST");
    }

    @Test
    void aCallWithoutAMessageOrWithTwoIsTheCallersMistake() {
        Answer none = RawCalls.call(program.channel(), GET, new Metadata(), List.of());
        Answer two = RawCalls.call(
                program.channel(), GET, new Metadata(), List.of(VALID.toByteArray(), VALID.toByteArray()));

        assertThat(List.of(none, two)).allSatisfy(answer -> {
            assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(answer.errorInfo().getReason()).isEqualTo("INVALID_REQUEST");
        });
    }

    @Test
    void aBrokenRuleIsAnsweredWithItsField() {
        Answer empty = RawCalls.call(program.channel(), GET, GetProductRequest.getDefaultInstance());
        Answer negative = RawCalls.call(
                program.channel(),
                "ordersaga.stock.v1.StockService/ListProducts",
                ListProductsRequest.newBuilder().setPageSize(-1).build());
        Answer nested = RawCalls.call(
                program.channel(),
                "ordersaga.stock.v1.StockService/BatchGetProducts",
                BatchGetProductsRequest.newBuilder()
                        .addProductIds("1")
                        .addProductIds("2 ")
                        .build());

        assertThat(List.of(empty, negative, nested)).allSatisfy(answer -> {
            assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(answer.errorInfo().getReason()).isEqualTo("INVALID_REQUEST");
        });
        assertThat(empty.violatedFields()).containsExactly("product_id");
        assertThat(negative.violatedFields()).containsExactly("page_size");
        assertThat(nested.violatedFields()).containsExactly("product_ids[1]");
    }

    @Test
    void manyBrokenRulesStillFitIntoATrailer() {
        Answer answer = RawCalls.call(
                program.channel(),
                "ordersaga.stock.v1.StockService/BatchGetProducts",
                BatchGetProductsRequest.newBuilder()
                        .addAllProductIds(Collections.nCopies(100, "not an id"))
                        .build());

        assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.violatedFields()).hasSizeBetween(1, 16);
        assertThat(answer.rpcStatus().getSerializedSize()).isLessThan(6 * 1024);
    }

    @Test
    void aMessageAboveTheLimitIsRefusedWithoutBeingRead() {
        GetProductRequest large = GetProductRequest.newBuilder()
                .setProductIdBytes(ByteString.copyFrom(new byte[1024 * 1024]))
                .build();

        assertThat(RawCalls.call(program.channel(), GET, large).status().getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void aRefusalArrivesWithReasonDomainAndMetadata() {
        ServedProgram.handler = request -> {
            throw new ErrorDomain("test.ordersaga")
                    .refusal(Status.Code.NOT_FOUND, "PRODUCT_NOT_FOUND", "no product 1", Map.of("product_id", "1"));
        };

        Answer answer = RawCalls.call(program.channel(), GET, VALID);

        assertThat(answer.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(answer.status().getDescription()).isEqualTo("no product 1");
        assertThat(answer.errorInfo().getReason()).isEqualTo("PRODUCT_NOT_FOUND");
        assertThat(answer.errorInfo().getMetadataMap()).containsExactly(Map.entry("product_id", "1"));
    }

    @Test
    void anUnexpectedExceptionShowsNothingOfItself() {
        ServedProgram.handler = request -> {
            throw new IllegalStateException("SELECT secret FROM table");
        };

        Answer answer = RawCalls.call(program.channel(), GET, VALID);

        assertThat(answer.code()).isEqualTo(Status.Code.INTERNAL);
        assertThat(answer.status().getDescription()).isEqualTo("internal error");
        assertThat(answer.rpcStatus().toString()).doesNotContain("SELECT", "Exception");
    }

    @Test
    void theStatusOfAnotherServiceIsNotPassedOn() {
        ServedProgram.handler = request -> {
            throw new StatusRuntimeException(Status.INVALID_ARGUMENT.withDescription("of another call"));
        };
        assertThat(RawCalls.call(program.channel(), GET, VALID).status().getCode())
                .isEqualTo(Status.Code.INTERNAL);

        ServedProgram.handler = request -> {
            throw new StatusRuntimeException(Status.UNAVAILABLE.withDescription("10.0.0.1:1"));
        };
        Answer unavailable = RawCalls.call(program.channel(), GET, VALID);
        assertThat(unavailable.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(unavailable.status().getDescription()).doesNotContain("10.0.0.1");
        assertThat(unavailable.retryInfo().getRetryDelay().getSeconds()).isEqualTo(1);
    }

    @Test
    void aCallWithoutADeadlineEndsAtOurLimit() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Boolean> inherited = new CompletableFuture<>();
        ServedProgram.handler = request -> {
            inherited.complete(Context.current().getDeadline() != null
                    && Context.current().getDeadline().timeRemaining(TimeUnit.SECONDS) <= 2);
            awaitUninterruptibly(release);
            return Product.getDefaultInstance();
        };

        Answer answer = RawCalls.call(program.channel(), GET, VALID);
        release.countDown();

        assertThat(answer.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(inherited.join()).isTrue();
    }

    @Test
    void theCallerIsWhoTheMetadataSays() {
        Caller nobody = callerOf(new Metadata());
        Caller customer = callerOf(identity("7", null));
        Caller staff = callerOf(identity("8", "customer, staff"));

        assertThat(nobody).isEqualTo(new Caller("", Set.of()));
        assertThat(customer).isEqualTo(new Caller("7", Set.of(Role.CUSTOMER)));
        assertThat(staff).isEqualTo(new Caller("8", Set.of(Role.CUSTOMER, Role.STAFF)));
        assertThat(callerOf(identity(null, "admin")).staff()).isTrue();
        assertThat(callerOf(identity("9", ""))).isEqualTo(new Caller("9", Set.of()));
    }

    @Test
    void anotherOfOurProgramsIsStaffByItsOwnName() {
        AtomicReference<Caller> seen = rememberTheCaller();

        StockServiceGrpc.newBlockingStub(program.channel())
                .withInterceptors(ServiceIdentity.of("order"))
                .getProduct(VALID);

        assertThat(seen.get()).isEqualTo(new Caller("service:order", Set.of(Role.STAFF)));
    }

    @ParameterizedTest
    @CsvSource({"a b, staff, ordersaga-user-id", "'', staff, ordersaga-user-id", "1, root, ordersaga-user-roles"})
    void whoCannotBeACallerIsRefused(String userId, String roles, String field) {
        Answer answer = RawCalls.call(program.channel(), GET, identity(userId, roles), List.of(VALID.toByteArray()));

        assertThat(answer.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(answer.violatedFields()).containsExactly(field);
    }

    @Test
    void whatACallerMayNotDoIsRefusedWithAReason() {
        ServedProgram.handler = request -> {
            if (request.getProductId().equals("staff")) {
                Caller.current().requireStaff();
            }
            return Product.newBuilder().setTitle(Caller.current().requireUser()).build();
        };
        byte[] forStaff =
                GetProductRequest.newBuilder().setProductId("staff").build().toByteArray();

        Answer noUser = RawCalls.call(program.channel(), GET, VALID);
        Answer noRole = RawCalls.call(program.channel(), GET, identity("7", "customer"), List.of(forStaff));

        assertThat(noUser.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(noUser.errorInfo().getReason()).isEqualTo("IDENTITY_MISSING");
        assertThat(noRole.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(noRole.errorInfo().getReason()).isEqualTo("ROLE_MISSING");
        assertThat(RawCalls.call(program.channel(), GET, identity("7", "admin"), List.of(forStaff))
                        .status()
                        .isOk())
                .isTrue();
    }

    @Test
    void unknownMethodsAreUnimplemented() {
        assertThat(RawCalls.call(program.channel(), "ordersaga.stock.v1.StockService/Nope", VALID)
                        .status()
                        .getCode())
                .isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void healthAndReflectionAreServed() {
        assertThat(HealthGrpc.newBlockingStub(program.channel())
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isEqualTo(ServingStatus.SERVING);
        // An empty reflection request is answered with an error message inside of a good answer.
        assertThat(RawCalls.call(
                                program.channel(),
                                "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                                new Metadata(),
                                List.of(new byte[0]))
                        .status()
                        .getCode())
                .isEqualTo(Status.Code.OK);
    }

    private static Caller callerOf(Metadata identity) {
        AtomicReference<Caller> seen = rememberTheCaller();
        RawCalls.call(program.channel(), GET, identity, List.of(VALID.toByteArray()));
        return seen.get();
    }

    private static AtomicReference<Caller> rememberTheCaller() {
        AtomicReference<Caller> seen = new AtomicReference<>();
        ServedProgram.handler = request -> {
            seen.set(Caller.current());
            return Product.getDefaultInstance();
        };
        return seen;
    }

    private static Metadata identity(@Nullable String userId, @Nullable String roles) {
        Metadata metadata = new Metadata();
        if (userId != null) {
            metadata.put(IdentityInterceptor.USER_ID, userId);
        }
        if (roles != null) {
            metadata.put(IdentityInterceptor.USER_ROLES, roles);
        }
        return metadata;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
