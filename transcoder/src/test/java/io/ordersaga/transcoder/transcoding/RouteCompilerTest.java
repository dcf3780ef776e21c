package io.ordersaga.transcoder.transcoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Rules that cannot work fail the start, with the rpc's name. The request has `id`, `many` (repeated) and `inner`, a
/// message of the same type.
class RouteCompilerTest {
    static Stream<Arguments> brokenRules() {
        return Stream.of(
                Arguments.of(rule().setGet("/v1/{nope}"), "its request has no field nope"),
                Arguments.of(rule().setGet("/v1/{inner.nope}"), "its request has no field inner.nope"),
                Arguments.of(rule().setGet("/v1/{many}"), "the field many cannot be in a path"),
                Arguments.of(rule().setGet("/v1/{inner}"), "the field inner cannot be in a path"),
                Arguments.of(rule().setGet("v1"), "Path template \"v1\": '/' is missing at character 1"),
                Arguments.of(rule(), "its http option has no path"),
                Arguments.of(rule().setPost("/v1").setBody("nope"), "test.Request has no field nope"),
                Arguments.of(rule().setGet("/v1").setResponseBody("nope"), "test.Request has no field nope"),
                Arguments.of(
                        rule().setGet("/v1")
                                .addAdditionalBindings(
                                        rule().setGet("/v2").addAdditionalBindings(rule().setGet("/v3"))),
                        "an additional binding cannot have additional bindings"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("brokenRules")
    void aRuleThatCannotWorkIsRefused(HttpRule.Builder rule, String complaint) {
        assertThatThrownBy(() -> RouteCompiler.compile(contracts(rpc("Get", rule))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("No route for test.Service.Get: " + complaint);
    }

    @Test
    void twoRoutesForTheSameRequestsAreRefused() {
        assertThatThrownBy(() -> RouteCompiler.compile(contracts(
                        rpc("Get", rule().setGet("/v1/{id}:act")), rpc("Show", rule().setGet("/v1/{inner.id}:act")))))
                .hasMessage("Two routes for the same requests: GET /v1/{id}:act of test.Service.Get and "
                        + "GET /v1/{inner.id}:act of test.Service.Show");
    }

    @Test
    void aStreamingRpcIsRefused() {
        assertThatThrownBy(() -> RouteCompiler.compile(
                        contracts(rpc("Watch", rule().setGet("/v1")).setServerStreaming(true))))
                .hasMessageEndingWith("test.Service.Watch: a streaming rpc cannot have an HTTP route");
    }

    @Test
    void anRpcWithoutTheOptionHasNoRoute() {
        MethodDescriptorProto.Builder plain = rpc("Get", rule()).clearOptions();

        assertThat(RouteCompiler.compile(contracts(plain)).routes()).isEmpty();
    }

    private static HttpRule.Builder rule() {
        return HttpRule.newBuilder();
    }

    private static MethodDescriptorProto.Builder rpc(String name, HttpRule.Builder rule) {
        return MethodDescriptorProto.newBuilder()
                .setName(name)
                .setInputType(".test.Request")
                .setOutputType(".test.Request")
                .setOptions(MethodOptions.newBuilder().setExtension(AnnotationsProto.http, rule.build()));
    }

    private static Contracts contracts(MethodDescriptorProto.Builder... rpcs) {
        DescriptorProto request = DescriptorProto.newBuilder()
                .setName("Request")
                .addField(field("id", 1, FieldDescriptorProto.Label.LABEL_OPTIONAL))
                .addField(field("many", 2, FieldDescriptorProto.Label.LABEL_REPEATED))
                .addField(field("inner", 3, FieldDescriptorProto.Label.LABEL_OPTIONAL)
                        .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
                        .setTypeName(".test.Request"))
                .build();
        ServiceDescriptorProto.Builder service =
                ServiceDescriptorProto.newBuilder().setName("Service");
        List.of(rpcs).forEach(service::addMethod);
        return Contracts.of(FileDescriptorSet.newBuilder()
                .addFile(FileDescriptorProto.newBuilder()
                        .setName("test.proto")
                        .setPackage("test")
                        .setSyntax("proto3")
                        .addMessageType(request)
                        .addService(service))
                .build());
    }

    private static FieldDescriptorProto.Builder field(String name, int number, FieldDescriptorProto.Label label) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setLabel(label)
                .setType(FieldDescriptorProto.Type.TYPE_STRING);
    }
}
