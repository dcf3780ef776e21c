package io.ordersaga.stock;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ordersaga.stock.v1.BatchGetProductsRequest;
import io.ordersaga.stock.v1.BatchGetProductsResponse;
import io.ordersaga.stock.v1.GetProductRequest;
import io.ordersaga.stock.v1.ListProductsRequest;
import io.ordersaga.stock.v1.ListProductsResponse;
import io.ordersaga.stock.v1.StockServiceGrpc;
import java.util.List;
import java.util.Map;
import org.springframework.grpc.server.service.GrpcService;

/// What anyone may ask about products.
@GrpcService
class StockEndpoint extends StockServiceGrpc.StockServiceImplBase {
    private final StockTable table;
    private final StockConfig config;

    StockEndpoint(StockTable table, StockConfig config) {
        this.table = table;
        this.config = config;
    }

    @Override
    public void getProduct(GetProductRequest request, StreamObserver<io.ordersaga.stock.v1.Product> observer) {
        Product product = table.product(request.getProductId())
                .orElseThrow(() -> StockServiceApp.DOMAIN.refusal(
                        Status.Code.NOT_FOUND,
                        "PRODUCT_NOT_FOUND",
                        "no product " + request.getProductId(),
                        Map.of("product_id", request.getProductId())));
        observer.onNext(StockProtos.toProto(product));
        observer.onCompleted();
    }

    @Override
    public void batchGetProducts(BatchGetProductsRequest request, StreamObserver<BatchGetProductsResponse> observer) {
        List<String> productIds =
                request.getProductIdsList().stream().distinct().toList();
        observer.onNext(BatchGetProductsResponse.newBuilder()
                .addAllProducts(table.products(productIds).stream()
                        .map(StockProtos::toProto)
                        .toList())
                .build());
        observer.onCompleted();
    }

    @Override
    public void listProducts(ListProductsRequest request, StreamObserver<ListProductsResponse> observer) {
        PageToken token = PageToken.parse(request.getPageToken())
                .orElseThrow(() ->
                        StockServiceApp.DOMAIN.invalidField("page_token", "not a next_page_token of this method"));
        int size = config.pageSize(request.getPageSize());
        // One more than the page, to know whether there is another.
        List<Product> found = table.productsAfter(token.afterProductId(), size + 1);
        List<Product> page = found.subList(0, Math.min(size, found.size()));
        ListProductsResponse.Builder response = ListProductsResponse.newBuilder()
                .addAllProducts(page.stream().map(StockProtos::toProto).toList());
        if (found.size() > size) {
            response.setNextPageToken(new PageToken(page.getLast().productId()).text());
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }
}
