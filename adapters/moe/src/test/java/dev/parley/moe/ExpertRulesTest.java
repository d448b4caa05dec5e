package dev.parley.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.RawJson;
import dev.parley.chat.json.ExpertJson;
import dev.parley.chat.json.JsonView;
import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.generate.ExpertSpec;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a model of 2 layers of 4 experts. */
class ExpertRulesTest {
    private static final Map<String, ExpertRules.ExpertSet> SETS =
            Map.of("math", new ExpertRules.ExpertSet(0.9, List.of(List.of(0, 2), List.of(3))));
    private static Model tiny;

    @BeforeAll
    static void load() throws IOException {
        try (var in = ExpertRulesTest.class.getResourceAsStream("/golden/parley-tiny.gguf")) {
            tiny = ModelLoader.load("tiny", Objects.requireNonNull(in).readAllBytes());
        }
    }

    private static ExpertSpec read(String moe) {
        return new ExpertRules(tiny, new Calibration(SETS, Optional.empty()))
                .read(ExpertJson.ask(JsonView.of(new RawJson(moe), "moe")).controls(), false);
    }

    @Test
    void controlsBecomeARule() {
        float no = Float.NEGATIVE_INFINITY;
        ExpertSpec spec = read("{\"experts\":3,\"top_p\":0.5,\"min_p\":0.1,\"mask\":[\"0/1\",\"*/3\"],"
                + "\"bias\":{\"*/0\":1.5,\"1/0\":-4},\"contrast\":{\"rank\":4}}");
        assertThat(spec.rule())
                .isEqualTo(new GateRule(OptionalInt.of(3), 0.5f, 0.1f, OptionalInt.empty(), new float[][] {
                    {1.5f, no, 0, no}, {-2.5f, 0, 0, no}
                }));
        assertThat(spec.contrast().orElseThrow().weak().only()).hasValue(4);
        assertThat(spec.contrast().orElseThrow().beta()).isEqualTo(0.5);
        assertThat(read("{}").rule()).isEqualTo(GateRule.USUAL);
        assertThat(read("{\"expert_set\":\"math\"}").rule().bias())
                .isDeepEqualTo(new float[][] {{0, no, 0, no}, {no, no, no, 0}});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"experts\":5} | moe.experts | it has 4 experts a layer, not 5. Ask for fewer",
                "{\"contrast\":{\"rank\":9}} | moe.contrast.rank | it has 4 experts a layer, not 9",
                "{\"mask\":[\"2/0\"]} | moe.mask | there is no expert '2/0': it has layers 0 to 1 with experts 0 to 3",
                "{\"bias\":{\"*/4\":1}} | moe.bias | there is no expert '*/4'",
                "{\"mask\":[\"1/0\",\"1/1\",\"*/2\",\"*/3\"]} | moe.mask | no expert is left in layer 1. Mask fewer",
                "{\"mask\":[\"1/3\"],\"expert_set\":\"math\"} | moe.mask | no expert is left in layer 1",
                "{\"null_bias\":1} | moe.null_bias | it has no null experts. Leave it out, or skip experts by moe.min_p",
                "{\"remix\":{}} | moe.remix | there are no references. Leave it out, or make them with 'parley moe experts'",
                "{\"expert_set\":\"law\"} | moe.expert_set | there is no set 'law'; calibrated are: math."
            })
    void whatTheModelCannotIsRefusedByName(String moe, String field, String fault) {
        assertThatExceptionOfType(ChatFailure.class)
                .isThrownBy(() -> read(moe))
                .withMessageContaining(fault)
                .satisfies(e -> assertThat(e.param()).isEqualTo(field))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ChatFailure.Kind.BAD_REQUEST));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no json | it is no JSON",
                "{\"sets\":{\"x\":{\"layers\":[[0]]}}} | it has 1 layers, the model 2",
                "{\"sets\":{\"x\":{\"layers\":[[0],[4]]}}} | its layer 1 does not fit",
                "{\"sets\":{\"x\":{\"layers\":[[],[0]]}}} | its layer 0 does not fit",
                "{\"references\":{\"2\":[[1,0,0,0]]}} | layer 2 does not fit",
                "{\"references\":{\"1\":[]}} | layer 1 does not fit",
                "{\"references\":{\"1\":[[1,0,0,0],[0,0,0,0]]}} | layer 1 does not fit",
                "{\"references\":{\"1\":[[1,0,0]]}} | layer 1 does not fit",
                "{\"references\":{\"1\":[[1,0,0,-1]]}} | layer 1 does not fit"
            })
    void aSetThatDoesNotFitIsRefused(String text, String fault) {
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> ExpertSets.parse("tiny.experts.json", text, tiny.shape()))
                .withMessageContaining(fault);
    }
}
