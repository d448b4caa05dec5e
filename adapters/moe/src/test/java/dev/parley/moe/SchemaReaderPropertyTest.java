package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.RawJson;
import dev.parley.moe.engine.constrain.JsonForm;
import dev.parley.moe.engine.constrain.JsonProgress;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random schemas; documents written byte by byte as the form lets them; judged by an independent validator. */
class SchemaReaderPropertyTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory JUDGE = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final String DEFINITIONS = """
            "$defs":{"tree":{"type":"object","properties":{"v":{"type":"integer"},
              "kids":{"type":"array","items":{"$ref":"#/$defs/tree"},"maxItems":2}},"required":["v"]}}""";

    /** Schemas as people write them, from chance. */
    private record Author(SplittableRandom random) {
        String schema(int depth) {
            return switch (random.nextInt(depth > 2 ? 7 : 11)) {
                case 0 ->
                    "{\"type\":\"string\",\"minLength\":%d,\"maxLength\":%d}"
                            .formatted(random.nextInt(3), 3 + random.nextInt(5));
                case 1 -> "{\"type\":\"number\"}";
                case 2 -> "{\"type\":\"integer\"}";
                case 3 -> "{\"type\":[\"boolean\",\"null\"]}";
                case 4 -> "{\"enum\":[\"a\\\"b\",\"\\u00e4\\u20ac\",17,-1.5,null,[1,{\"x\":2}]]}";
                case 5 -> "{\"const\":\"c/d\\\\\"}";
                case 6 -> "{\"$ref\":\"#/$defs/tree\"}";
                case 7 -> "{\"anyOf\":[%s,%s]}".formatted(schema(depth + 1), schema(depth + 1));
                case 8 ->
                    "{\"type\":\"array\",\"items\":%s,\"minItems\":%d,\"maxItems\":%d}"
                            .formatted(schema(depth + 1), random.nextInt(3), 2 + random.nextInt(2));
                default -> object(depth);
            };
        }

        private String object(int depth) {
            StringBuilder properties = new StringBuilder();
            List<String> required = new ArrayList<>();
            for (String name : List.of("one", "two \\\"x\\\"", "dr\\u00e4i", "four")) {
                if (random.nextInt(3) > 0) {
                    properties.append(properties.isEmpty() ? "" : ",");
                    properties.append('"').append(name).append("\":").append(schema(depth + 1));
                    if (random.nextBoolean()) {
                        required.add('"' + name + '"');
                    }
                }
            }
            String more = List.of(
                            "", ",\"additionalProperties\":false", ",\"additionalProperties\":{\"type\":\"null\"}")
                    .get(random.nextInt(3));
            return "{\"type\":\"object\",\"properties\":{" + properties + "},\"required\":" + required + more + "}";
        }
    }

    /** Writes what is allowed, at random, with a leaning towards the end. */
    private static byte[] write(JsonForm.Document form, SplittableRandom random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonProgress progress = JsonProgress.begin(form);
        while (!progress.mustEnd() && !(progress.mayEnd() && random.nextInt(4) == 0)) {
            List<Integer> open = new ArrayList<>();
            for (int b = 0; b < 256; b++) {
                if (progress.after(new byte[] {(byte) b}) != null) {
                    open.add(b);
                    if (out.size() > 60 && "\"}]0n".indexOf(b) >= 0) {
                        open.addAll(Arrays.asList(b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b));
                    }
                }
            }
            if (open.isEmpty() && progress.mayEnd()) {
                break; // a number that is as long as it may be
            }
            assertThat(open).as("after " + out).isNotEmpty();
            byte[] next = {open.get(random.nextInt(open.size())).byteValue()};
            out.writeBytes(next);
            progress = Objects.requireNonNull(progress.after(next));
        }
        return out.toByteArray();
    }

    @Property(tries = 150)
    void whatIsLetThroughIsValid(@ForAll long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        String inner = new Author(random).schema(0);
        String schema = inner.substring(0, inner.length() - 1) + "," + DEFINITIONS + "}";
        JsonForm.Document form = SchemaReader.read(new RawJson(schema), "format", w -> {});
        for (int i = 0; i < 4; i++) {
            String written = new String(write(form, random), StandardCharsets.UTF_8);
            assertThat(written).doesNotContain("\uFFFD");
            assertThat(JUDGE.getSchema(JSON.readTree(schema)).validate(JSON.readTree(written)))
                    .as(schema + " <- " + written)
                    .isEmpty();
        }
    }

    private static boolean takes(String schema, String document) {
        JsonProgress end = JsonProgress.begin(SchemaReader.read(new RawJson(schema), "format", w -> {}))
                .after(document.getBytes(StandardCharsets.UTF_8));
        return end != null && end.mayEnd();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"type":"object"}                       | {}                        | true
            {"type":"object"}                       | {"a": [1, {"b": null}]}   | true
            {"type":"object"}                       | [1]                       | false
            {}                                      | "\\u00e9\\n\\ud83d"      | false
            {}                                      | "\\uD7ff \u00e9"         | true
            {"type":"number"}                       | -0.5e+10                  | true
            {"type":"number"}                       | 01                        | false
            {"type":"number"}                       | 1.                        | false
            {"type":"integer"}                      | 123456789012345678        | false
            {"type":"integer"}                      | 1.0                       | false
            {"items":{"type":"boolean"}}            | [true,  false]            | false
            {"items":{"type":"boolean"}}            | [true, false]             | true
            {"properties":{"a":{},"b":{}}}          | {"b":1}                   | true
            {"properties":{"a":{},"b":{}}}          | {"b":1,"a":2}             | false
            {"properties":{"a":{}},"required":["a"]}| {}                        | false
            {"properties":{"a":{}}}                 | {"c":1}                   | false
            {"properties":{"a":{"type":"null"}},"additionalProperties":true} | {"c":1} | true
            {"properties":{"a":{"type":"null"}},"additionalProperties":true} | {"a":1} | false
            {"required":["z"]}                      | 3                         | true
            {"type":"object","required":["z"]}      | {"z":3}                   | true
            {"type":"object","required":["z"]}      | {"y":3}                   | false
            {"type":"string","maxLength":2}         | "\u00e9\u00e9"            | true
            {"type":"string","maxLength":2}         | "abc"                     | false
            """)
    void readsSchemasAsTheyAreMeant(String schema, String document, boolean valid) {
        assertThat(takes(schema, document)).isEqualTo(valid);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"type":"obejct"}                                    | format.type
            {"type":7}                                           | format.type
            {"properties":{"a":{"enum":[]}}}                     | format.properties.a.enum
            {"anyOf":[]}                                         | format.anyOf
            {"allOf":[{"type":"null"},{"type":"null"}]}          | format.allOf
            {"items":{"$ref":"#/$defs/x"}}                       | format.items.$ref
            {"$ref":"#"}                                         | format
            {"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/a"},{}]}},"$ref":"#/$defs/a"} | format.$defs.a
            {"type":"string","minLength":3,"maxLength":2}        | format.maxLength
            {"type":"array","minItems":-1}                       | format.minItems
            {"properties":{"a":{}},"required":["b"]}             | format.required
            [1]                                                  | format
            {"type":                                             | format
            """)
    void namesThePlaceOfAFault(String schema, String place) {
        assertThat(catchThrowableOfType(
                                ChatFailure.class, () -> SchemaReader.read(new RawJson(schema), "format", w -> {}))
                        .param())
                .isEqualTo(place);
    }

    @Property(tries = 1)
    void whatIsNotEnforcedIsSaid() {
        List<String> warnings = new ArrayList<>();
        String schema = "{\"properties\":{\"day\":{\"type\":\"string\",\"format\":\"date\",\"title\":\"Day\"}}}";
        SchemaReader.read(new RawJson(schema), "format", warnings::add);
        assertThat(warnings).containsExactly("format.properties.day.format is not enforced by the local engine");
    }
}
