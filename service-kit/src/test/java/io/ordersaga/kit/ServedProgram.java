package io.ordersaga.kit;

import io.grpc.stub.StreamObserver;
import io.ordersaga.stock.v1.GetProductRequest;
import io.ordersaga.stock.v1.Product;
import io.ordersaga.stock.v1.StockServiceGrpc;
import java.util.function.Function;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// A whole program that does nothing but serve one contract, with a handler that a test scripts.
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(GrpcServing.class)
class ServedProgram {
    /// What the program does with a request. Static, because a test cannot hand anything to the program that it starts.
    static volatile Function<GetProductRequest, Product> handler = request -> Product.getDefaultInstance();

    @Bean
    ErrorDomain errorDomain() {
        return new ErrorDomain("test.ordersaga");
    }

    @Bean
    StockServiceGrpc.StockServiceImplBase endpoint() {
        return new StockServiceGrpc.StockServiceImplBase() {
            @Override
            public void getProduct(GetProductRequest request, StreamObserver<Product> observer) {
                observer.onNext(handler.apply(request));
                observer.onCompleted();
            }
        };
    }
}
