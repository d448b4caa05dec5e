package dev.parley.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenEstimateTest {
    private static Conversation saying(Part... parts) {
        return new Conversation(
                List.of(new Turn(Turn.Role.USER, List.of(parts))),
                List.of(),
                new ToolChoice.Unset(),
                new OutputFormat.FreeText(),
                Map.of(),
                Map.of());
    }

    @Test
    void textsCountByTheirScript() {
        assertThat(TokenEstimate.ofText("")).isZero();
        assertThat(TokenEstimate.ofText("What is the capital of Peru?")).isEqualTo(7);
        assertThat(TokenEstimate.ofText("秘鲁的首都")).isEqualTo(5);
    }

    @Test
    void aPictureIsMoreThanItsCaption() {
        Part picture = new Part.Image(new Part.Media.Url("https://e.org/a.png"), "", Map.of());
        assertThat(TokenEstimate.of(saying(new Part.Text("Look"), picture)))
                .isGreaterThan(TokenEstimate.of(saying(new Part.Text("Look"))) + 500);
    }

    @Test
    void anythingIsAtLeastOneToken() {
        Conversation nothing = new Conversation(
                List.of(), List.of(), new ToolChoice.Unset(), new OutputFormat.FreeText(), Map.of(), Map.of());
        assertThat(TokenEstimate.of(nothing)).isEqualTo(1);
    }
}
