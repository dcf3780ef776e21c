package io.ordersaga.coordinator.admin.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersaga.coordinator.engine.Bytes;
import io.ordersaga.saga.v1.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What operators see of payloads, headers and addresses.
class MaskingTest {

    private final Masking masking =
            new Masking(new MaskingSettings(List.of("*password*", "authorization", "pin"), 256));

    @Test
    void jsonIsShownWithoutSecretsHoweverDeepTheyAre() {
        Payload shown = masking.payload(
                Bytes.of("{\"user\":7,\"OldPassword\":\"a\",\"more\":[{\"pin\":[1,2]},{\"spinning\":true}]}"));

        assertThat(shown.getForm()).isEqualTo(Payload.Form.JSON);
        assertThat(shown.getMasked()).isEqualTo(2);
        assertThat(shown.getText())
                .contains("\"OldPassword\" : \"***\"", "\"pin\" : \"***\"", "\"spinning\" : true")
                .doesNotContain("\"a\"", "1,", "[ 1");
    }

    @Test
    void textIsShownAndBytesAreHexadecimal() {
        Payload text = masking.payload(Bytes.of("user=7&password=secret&x=y {no json"));
        assertThat(text.getForm()).isEqualTo(Payload.Form.TEXT);
        assertThat(text.getText()).isEqualTo("user=7&password=***&x=y {no json");

        Payload bytes = masking.payload(Bytes.of(new byte[] {8, 1, 18, 2, 0x68, 0x69}));
        assertThat(bytes.getForm()).isEqualTo(Payload.Form.HEX);
        assertThat(bytes.getText()).isEqualTo("080112026869");
        assertThat(bytes.getSize()).isEqualTo(6);

        assertThat(masking.payload(Bytes.EMPTY).getForm()).isEqualTo(Payload.Form.EMPTY);
    }

    @Test
    void whatIsLongIsCutAndWhatCannotBeReadIsNotShown() {
        Payload cut = masking.payload(Bytes.of("x".repeat(300)));
        assertThat(cut.getCut()).isTrue();
        assertThat(cut.getText()).hasSize(256);

        Payload large = masking.payload(Bytes.of("{\"password\":\"" + "x".repeat(1_100_000) + "\"}"));
        assertThat(large.getText()).isEmpty();
        assertThat(large.getCut()).isTrue();

        Payload longBytes = masking.payload(Bytes.of(new byte[600]));
        assertThat(longBytes.getText()).hasSize(1_024);
        assertThat(longBytes.getCut()).isTrue();
    }

    @Test
    void whatParticipantsSayLosesItsSecretsInEveryForm() {
        assertThat(masking.text("HTTP 500: {\"password\":\"a\\\"b\",\"n\":1} pin=12; Authorization: Bearer x.y, id: 7"))
                .isEqualTo("HTTP 500: {\"password\":\"***\",\"n\":1} pin=***; Authorization: ***, id: 7");
        assertThat(masking.text("at http://me:p:w@host/do?x=1&pin=2 {\\\"oldPassword\\\":\\\"a\\\"}"))
                .isEqualTo("at http://***@host/do?x=1&pin=*** {\\\"oldPassword\\\":\\\"***\\\"}");
        assertThat(masking.text("spinning: nothing")).isEqualTo("spinning: nothing");
    }

    @Test
    void addressesAndHeadersLoseTheirSecrets() {
        assertThat(masking.url("http://user:pw@host:80/path?pin=12&a=b"))
                .isEqualTo("http://***@host:80/path?pin=***&a=b");
        assertThat(masking.url("host:80/Service/Method")).isEqualTo("host:80/Service/Method");
        assertThat(masking.headers(Map.of("authorization", "Bearer x", "traceparent", "t")))
                .containsEntry("authorization", "***")
                .containsEntry("traceparent", "t");
    }
}
