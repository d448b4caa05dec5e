package dev.parley.gateway.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.FinishReason;
import dev.parley.chat.Part;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import dev.parley.config.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VoteTest {
    private final Journal journal = new Journal(() -> 0);

    @Test
    void theMostFrequentAnswerWinsWhateverItsSpelling() {
        var elected = FanOutRun.elect(List.of(answer("41"), answer("42."), answer(" 42 ")));
        assertThat(text(elected)).isEqualTo("42.");
    }

    @Test
    void aTieGoesToTheFirstPredicted() {
        var elected = FanOutRun.elect(List.of(answer("Lima"), answer("Quito")));
        assertThat(text(elected)).isEqualTo("Lima");
        assertThat(journal.entries().getLast().status()).isEqualTo("ok");
        assertThat(journal.entries().getFirst().status()).isEqualTo("running");
    }

    @Test
    void confidenceIsTheLeastCertainToken() {
        ChatAnswer sure = withLogprobs(Math.log(0.9), Math.log(0.4));
        assertThat(CascadeRun.confidence(sure)).isCloseTo(0.4, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(CascadeRun.confidence(answer("x").answer())).isZero();
    }

    @Test
    void unfoldedAnswersFoldBackToThemselves() {
        ChatAnswer answer = withLogprobs(-0.1);
        dev.parley.chat.AnswerFold fold = new dev.parley.chat.AnswerFold();
        Unfold.events(answer).forEach(fold::add);
        assertThat(fold.answer()).isEqualTo(answer);
    }

    private Execution.Whole answer(String text) {
        return new Execution.Whole(
                journal.begin(model(), new BackendHealth(java.time.InstantSource.system())), folded(text, List.of()));
    }

    private static ChatAnswer withLogprobs(double... logprobs) {
        return folded(
                "x",
                java.util.Arrays.stream(logprobs)
                        .mapToObj(l -> new ChatEvent.TokenLogprob("x", l, new byte[] {120}, List.of()))
                        .toList());
    }

    private static ChatAnswer folded(String text, List<ChatEvent.TokenLogprob> logprobs) {
        return new ChatAnswer(
                "id",
                "m",
                1,
                List.of(new ChatAnswer.Choice(0, List.of(new Part.Text(text)), logprobs, FinishReason.STOP, "")),
                Usage.of(3, 1));
    }

    private static String text(Execution execution) {
        return ((Execution.Whole) execution).answer().choices().getFirst().text();
    }

    private static ModelSpec model() {
        return new ModelSpec(
                new ModelId("m"),
                "b",
                "m",
                new Price.Unknown(),
                Set.of(),
                100,
                100,
                new ModelCard("", "", 0.5, Map.of(), 10, Duration.ZERO, 1));
    }
}
