package dev.parley.graphrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class LexiconPropertyTest {
    @Property(tries = 500)
    void anyStringGetsProbabilitiesAndAlwaysTheSame(@ForAll String text, @ForAll @Size(3) List<String> known) {
        Lexicon lexicon = Lexicon.of(known, new int[] {0, 1, 2}, 3);
        double[] shares = lexicon.shares(text);
        assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-9));
        assertThat(shares).doesNotContain(Double.NaN);
        for (double share : shares) {
            assertThat(share).isBetween(0.0, 1.0);
        }
        assertThat(Lexicon.of(known, new int[] {0, 1, 2}, 3).shares(text)).isEqualTo(shares);
    }

    @Property(tries = 200)
    void whatIsLearntIsRecognised(@ForAll @Size(20) char[] one, @ForAll @Size(20) char[] other) {
        String text = "a" + new String(one);
        Lexicon lexicon = Lexicon.of(List.of(text, "b" + new String(other)), new int[] {0, 1}, 2);
        assertThat(lexicon.shares(text)[0]).isGreaterThanOrEqualTo(lexicon.shares(text)[1]);
    }
}
