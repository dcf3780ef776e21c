package io.ordersaga.kit;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPath;
import build.buf.validate.FieldPathElement;
import build.buf.validate.Violation;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest.FieldViolation;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;

/// Refuses what the contract forbids before any of our code sees it: a field that breaks a rule of the proto, and a
/// unary call with no message or with two.
final class RequestValidation implements ServerInterceptor {
    /// Details travel in a trailer, which has to stay well below 8 KiB.
    private static final int VIOLATIONS_MAX = 16;

    private static final int TEXT_LENGTH_MAX = 200;

    private final ErrorDomain domain;
    private final Validator validator = ValidatorFactory.newBuilder().build();

    RequestValidation(ErrorDomain domain) {
        this.domain = domain;
    }

    /// Compiles the rules of every request of the service, which takes the better part of a second that the first
    /// caller must not wait for. Fails when a rule in the proto is wrong.
    void warmUp(ServerServiceDefinition service) {
        for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
            if (method.getMethodDescriptor().getRequestMarshaller()
                            instanceof MethodDescriptor.PrototypeMarshaller<?> marshaller
                    && marshaller.getMessagePrototype() instanceof Message prototype) {
                validate(prototype);
            }
        }
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        boolean one = call.getMethodDescriptor().getType().clientSendsOneMessage();
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private int messages;

            @Override
            public void onMessage(Q message) {
                messages++;
                if (one && messages > 1) {
                    throw domain.invalidField("", "exactly one request message is expected");
                }
                if (message instanceof Message request) {
                    refuseUnlessValid(request);
                }
                super.onMessage(message);
            }

            @Override
            public void onHalfClose() {
                if (one && messages == 0) {
                    throw domain.invalidField("", "exactly one request message is expected");
                }
                super.onHalfClose();
            }
        };
    }

    private void refuseUnlessValid(Message request) {
        ValidationResult result = validate(request);
        if (!result.isSuccess()) {
            throw domain.invalidFields(result.getViolations().stream()
                    .limit(VIOLATIONS_MAX)
                    .map(violation -> describe(violation.toProto()))
                    .toList());
        }
    }

    private ValidationResult validate(Message request) {
        try {
            return validator.validate(request);
        } catch (ValidationException e) {
            throw new IllegalStateException(
                    "A rule of " + request.getDescriptorForType().getFullName() + " cannot be checked", e);
        }
    }

    private static FieldViolation describe(Violation violation) {
        String message = violation.getMessage().isEmpty() ? violation.getRuleId() : violation.getMessage();
        return FieldViolation.newBuilder()
                .setField(cut(path(violation.getField())))
                .setDescription(cut(message))
                .build();
    }

    /// `lines[2].unit_price` and the like, with the proto names of the fields.
    private static String path(FieldPath path) {
        StringBuilder text = new StringBuilder();
        for (FieldPathElement element : path.getElementsList()) {
            if (!text.isEmpty()) {
                text.append('.');
            }
            text.append(element.getFieldName());
            switch (element.getSubscriptCase()) {
                case INDEX -> text.append('[').append(element.getIndex()).append(']');
                case BOOL_KEY -> text.append('[').append(element.getBoolKey()).append(']');
                case INT_KEY -> text.append('[').append(element.getIntKey()).append(']');
                case UINT_KEY -> text.append('[').append(element.getUintKey()).append(']');
                case STRING_KEY ->
                    text.append('[').append(element.getStringKey()).append(']');
                case SUBSCRIPT_NOT_SET -> {}
            }
        }
        return text.toString();
    }

    private static String cut(String text) {
        return text.length() <= TEXT_LENGTH_MAX ? text : text.substring(0, TEXT_LENGTH_MAX);
    }
}
