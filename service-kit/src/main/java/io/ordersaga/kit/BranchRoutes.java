package io.ordersaga.kit;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.ordersaga.saga.client.Payload;

/// Where the coordinator finds the branches of the shop's services, all by one transport.
///
/// @param order the address of order-service: `host:port` over gRPC, `http://host:port` over HTTP; so are the
///     others
public record BranchRoutes(BranchTransport transport, String order, String stock, String coupon, String pay) {
    /// A branch of order-service.
    public String order(MethodDescriptor<?, ?> method) {
        return url(order, method);
    }

    /// A branch of stock-service.
    public String stock(MethodDescriptor<?, ?> method) {
        return url(stock, method);
    }

    /// A branch of coupon-service.
    public String coupon(MethodDescriptor<?, ?> method) {
        return url(coupon, method);
    }

    /// A branch of pay-service.
    public String pay(MethodDescriptor<?, ?> method) {
        return url(pay, method);
    }

    /// What a branch is sent.
    public Payload payload(Message request) {
        return transport.payload(request);
    }

    private static String url(String address, MethodDescriptor<?, ?> method) {
        return address + "/" + method.getFullMethodName();
    }
}
