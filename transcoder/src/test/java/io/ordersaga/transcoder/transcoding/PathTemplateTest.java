package io.ordersaga.transcoder.transcoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersaga.transcoder.transcoding.PathTemplate.AnyOne;
import io.ordersaga.transcoder.transcoding.PathTemplate.AnyRest;
import io.ordersaga.transcoder.transcoding.PathTemplate.Literal;
import io.ordersaga.transcoder.transcoding.PathTemplate.Variable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTemplateTest {
    @Test
    void literalsAndVerb() {
        PathTemplate template = PathTemplate.parse("/api/v1/products:batchGet");

        assertThat(template.segments()).containsExactly(new Literal("api"), new Literal("v1"), new Literal("products"));
        assertThat(template.verb()).isEqualTo("batchGet");
        assertThat(template.variables()).isEmpty();
    }

    @Test
    void aVariableWithoutTemplateTakesOneSegment() {
        PathTemplate template = PathTemplate.parse("/orders/{order.id}:cancel");

        assertThat(template.segments()).containsExactly(new Literal("orders"), new AnyOne());
        assertThat(template.variables()).containsExactly(new Variable(List.of("order", "id"), 1, 2));
        assertThat(template.verb()).isEqualTo("cancel");
        assertThat(template.spansSeveral(template.variables().getFirst())).isFalse();
    }

    @Test
    void aVariableMayTakeSeveralSegments() {
        PathTemplate template = PathTemplate.parse("/v1/{name=shelves/*/books/**}");

        assertThat(template.segments())
                .containsExactly(
                        new Literal("v1"), new Literal("shelves"), new AnyOne(), new Literal("books"), new AnyRest());
        assertThat(template.variables()).containsExactly(new Variable(List.of("name"), 1, 5));
        assertThat(template.spansSeveral(template.variables().getFirst())).isTrue();
    }

    @Test
    void aLiteralIsComparedDecoded() {
        assertThat(PathTemplate.parse("/a%2Fb").segments()).containsExactly(new Literal("a/b"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            v1            | '/' is missing at character 1
            /             | a literal is missing at character 2
            //a           | a literal is missing at character 2
            /a/           | a literal is missing at character 4
            /a:           | a literal is missing at character 4
            /{}           | a field name is missing at character 3
            /{a           | '}' is missing at character 4
            /{a=}         | a literal is missing at character 5
            /{a={b}}      | a variable inside a variable at character 6
            /{a.}         | a field name is missing at character 5
            /**/a         | ** must be the last segment at character 6
            /{a=**}/b     | ** must be the last segment at character 10
            /a:b:c        | unexpected ':' at character 5
            /a}           | unexpected '}' at character 3
            /***          | unexpected '*' at character 4
            /a%zz         | broken percent-encoding at character 6
            """)
    void aBrokenTemplateIsRefusedWithThePlace(String template, String complaint) {
        assertThatThrownBy(() -> PathTemplate.parse(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Path template \"" + template + "\": " + complaint);
    }
}
