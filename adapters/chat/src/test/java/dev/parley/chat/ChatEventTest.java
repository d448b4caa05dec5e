package dev.parley.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ChatEvent.TokenLogprob;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatEventTest {
    /** A token that a schema forbids has no chance at all, and JSON has no word for its logarithm. */
    @ParameterizedTest
    @CsvSource({"-Infinity, -9999", "NaN, -9999", "-20000, -9999", "-0.5, -0.5", "0, 0"})
    void logprobsAreFinite(double given, double kept) {
        assertThat(new TokenLogprob("a", given, new byte[] {'a'}, List.of()).logprob())
                .isEqualTo(kept);
    }
}
