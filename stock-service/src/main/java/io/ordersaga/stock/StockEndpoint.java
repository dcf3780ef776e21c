package io.ordersaga.stock;

import com.google.protobuf.Message;
import io.grpc.stub.StreamObserver;
import io.ordersaga.kit.Caller;
import io.ordersaga.kit.IdempotentRequest;
import io.ordersaga.kit.IdempotentRequests;
import io.ordersaga.stock.v1.AdjustStockRequest;
import io.ordersaga.stock.v1.BatchGetProductsRequest;
import io.ordersaga.stock.v1.BatchGetProductsResponse;
import io.ordersaga.stock.v1.CreateProductRequest;
import io.ordersaga.stock.v1.GetProductRequest;
import io.ordersaga.stock.v1.ListMovementsRequest;
import io.ordersaga.stock.v1.ListMovementsResponse;
import io.ordersaga.stock.v1.ListProductsRequest;
import io.ordersaga.stock.v1.ListProductsResponse;
import io.ordersaga.stock.v1.ReceiveStockRequest;
import io.ordersaga.stock.v1.ReceiveStockResponse;
import io.ordersaga.stock.v1.StockMovement;
import io.ordersaga.stock.v1.StockServiceGrpc;
import io.ordersaga.stock.v1.UpdateProductRequest;
import java.util.List;
import org.springframework.grpc.server.service.GrpcService;

/// What anyone may ask about products, and what staff may do to them.
@GrpcService
class StockEndpoint extends StockServiceGrpc.StockServiceImplBase {
    private final StockTable table;
    private final IdempotentRequests requests;
    private final StockConfig config;

    StockEndpoint(StockTable table, IdempotentRequests requests, StockConfig config) {
        this.table = table;
        this.requests = requests;
        this.config = config;
    }

    @Override
    public void getProduct(GetProductRequest request, StreamObserver<io.ordersaga.stock.v1.Product> observer) {
        answer(observer, shown(Catalogue.get(table, request.getProductId())));
    }

    @Override
    public void batchGetProducts(BatchGetProductsRequest request, StreamObserver<BatchGetProductsResponse> observer) {
        List<String> productIds =
                request.getProductIdsList().stream().distinct().toList();
        answer(
                observer,
                BatchGetProductsResponse.newBuilder()
                        .addAllProducts(table.products(productIds).stream()
                                .map(StockEndpoint::shown)
                                .toList())
                        .build());
    }

    @Override
    public void listProducts(ListProductsRequest request, StreamObserver<ListProductsResponse> observer) {
        String token = request.getPageToken();
        String after = token.isEmpty() ? "" : PageToken.PRODUCTS.parse(token).orElseThrow(StockEndpoint::foreignToken);
        int size = config.pageSize(request.getPageSize());
        // One more than the page, to know whether there is another.
        List<Product> found = table.productsAfter(after, size + 1);
        List<Product> page = found.subList(0, Math.min(size, found.size()));
        ListProductsResponse.Builder response = ListProductsResponse.newBuilder()
                .addAllProducts(page.stream().map(StockEndpoint::shown).toList());
        if (found.size() > size) {
            response.setNextPageToken(PageToken.PRODUCTS.text(page.getLast().productId()));
        }
        answer(observer, response.build());
    }

    @Override
    public void createProduct(CreateProductRequest request, StreamObserver<io.ordersaga.stock.v1.Product> observer) {
        Caller.current().requireStaff();
        answer(
                observer,
                requests.run(
                        new IdempotentRequest<>(
                                request.getRequestId(), request, io.ordersaga.stock.v1.Product.getDefaultInstance()),
                        StockTable.class,
                        stock -> shown(Catalogue.add(stock, StockProtos.product(request)))));
    }

    @Override
    public void updateProduct(UpdateProductRequest request, StreamObserver<io.ordersaga.stock.v1.Product> observer) {
        Caller.current().requireStaff();
        answer(
                observer,
                requests.inTransaction(
                        StockTable.class, stock -> shown(Catalogue.change(stock, StockProtos.change(request)))));
    }

    @Override
    public void adjustStock(AdjustStockRequest request, StreamObserver<StockMovement> observer) {
        Caller staff = Caller.current();
        staff.requireStaff();
        answer(
                observer,
                requests.run(
                        new IdempotentRequest<>(request.getRequestId(), request, StockMovement.getDefaultInstance()),
                        StockTable.class,
                        stock -> StockProtos.toProto(
                                Catalogue.adjust(stock, List.of(StockProtos.adjustment(request, staff.userId())))
                                        .getFirst())));
    }

    @Override
    public void receiveStock(ReceiveStockRequest request, StreamObserver<ReceiveStockResponse> observer) {
        Caller staff = Caller.current();
        staff.requireStaff();
        answer(
                observer,
                requests.run(
                        new IdempotentRequest<>(
                                request.getRequestId(), request, ReceiveStockResponse.getDefaultInstance()),
                        StockTable.class,
                        stock -> movements(Catalogue.adjust(stock, StockProtos.receipt(request, staff.userId())))));
    }

    @Override
    public void listMovements(ListMovementsRequest request, StreamObserver<ListMovementsResponse> observer) {
        Caller.current().requireStaff();
        String productId = Catalogue.get(table, request.getProductId()).productId();
        int size = config.pageSize(request.getPageSize());
        List<Movement> found = table.movementsBefore(productId, before(request), size + 1);
        List<Movement> page = found.subList(0, Math.min(size, found.size()));
        ListMovementsResponse.Builder response = ListMovementsResponse.newBuilder()
                .addAllMovements(page.stream().map(StockProtos::toProto).toList());
        if (found.size() > size) {
            response.setNextPageToken(
                    PageToken.MOVEMENTS.text(productId + ":" + page.getLast().movementNo()));
        }
        answer(observer, response.build());
    }

    /// The number of the movement where the page before ended; a token of another product's list is not
    /// ours either.
    private static long before(ListMovementsRequest request) {
        if (request.getPageToken().isEmpty()) {
            return Long.MAX_VALUE;
        }
        String product = request.getProductId() + ":";
        return PageToken.MOVEMENTS
                .parse(request.getPageToken())
                .filter(last -> last.startsWith(product))
                .map(last -> Long.parseLong(last.substring(product.length())))
                .orElseThrow(StockEndpoint::foreignToken);
    }

    private static ReceiveStockResponse movements(List<Movement> movements) {
        return ReceiveStockResponse.newBuilder()
                .addAllMovements(movements.stream().map(StockProtos::toProto).toList())
                .build();
    }

    private static io.ordersaga.stock.v1.Product shown(Product product) {
        return StockProtos.toProto(product, Caller.current().staff());
    }

    private static RuntimeException foreignToken() {
        return StockServiceApp.DOMAIN.invalidField("page_token", "not a next_page_token of this method");
    }

    private static <A extends Message> void answer(StreamObserver<A> observer, A answer) {
        observer.onNext(answer);
        observer.onCompleted();
    }
}
