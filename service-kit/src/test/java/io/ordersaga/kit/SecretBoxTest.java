package io.ordersaga.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretBoxTest {
    private static final String KEY = key(1);
    private static final String OTHER = key(2);

    private static String key(int fill) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) fill;
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static SecretBox box(String key, String... old) {
        return new SecretBox(new SealingSettings(key, List.of(old)));
    }

    @Test
    void whatIsSealedOpensForItsOwnerOnly() {
        SecretBox box = box(KEY);
        String sealed = box.seal("whsec_é", "subscriber ops");

        assertThat(sealed).startsWith("s1.").doesNotContain("whsec").hasSizeLessThan(200);
        assertThat(SecretBox.isPlain(sealed)).isFalse();
        assertThat(box.open(sealed, "subscriber ops")).contains("whsec_é");
        assertThat(box.seal("whsec_é", "subscriber ops")).isNotEqualTo(sealed);
        assertThat(box.open(sealed, "subscriber eve")).isEmpty();
        assertThat(box(OTHER).open(sealed, "subscriber ops")).isEmpty();
        assertThat(box("").open(sealed, "subscriber ops")).isEmpty();
        String changed = sealed.substring(0, sealed.length() - 3) + (sealed.endsWith("AAA") ? "BBB" : "AAA");
        assertThat(box.open(changed, "subscriber ops")).isEmpty();
        for (String broken : List.of("s1.", "s1.x", "s1.x.y", sealed.substring(0, 20), sealed + "!", sealed + ".x")) {
            assertThat(box.open(broken, "subscriber ops")).as(broken).isEmpty();
        }
    }

    @Test
    void aPlainOrOldSecretIsSealedAnew() {
        SecretBox box = box(KEY, OTHER);
        assertThat(box.open("plain", "ops")).contains("plain");
        assertThat(box.renewed("plain", "ops")).hasValueSatisfying(renewed -> {
            assertThat(box.open(renewed, "ops")).contains("plain");
            assertThat(box.renewed(renewed, "ops")).isEmpty();
        });
        String old = box(OTHER).seal("secret", "ops");
        assertThat(box.open(old, "ops")).contains("secret");
        assertThat(box.renewed(old, "ops"))
                .hasValueSatisfying(
                        renewed -> assertThat(box(KEY).open(renewed, "ops")).contains("secret"));
        // Without the key of then nothing is lost, and nothing is made of it.
        assertThat(box(KEY).renewed(old, "ops")).isEmpty();
        assertThat(box("").renewed("plain", "ops")).isEmpty();
        assertThat(box("").canSeal()).isFalse();
        assertThatThrownBy(() -> box("").seal("secret", "ops")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aKeyThatIsNoneIsRefusedWithoutBeingSaid() {
        for (String wrong : List.of("short", "not base64 at all!", "QUJD")) {
            assertThatThrownBy(() -> box(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sealing.key")
                    .hasMessageNotContaining(wrong);
        }
        assertThatThrownBy(() -> box(KEY, "short")).hasMessageContaining("sealing.old-keys");
        // What ./ordersaga makes needs no quoting.
        assertThat(box(KEY.replace('+', '-').replace('/', '_').replace("=", "")).canSeal())
                .isTrue();
        assertThat(new SealingSettings(KEY, List.of()).toString()).doesNotContain(KEY);
    }
}
