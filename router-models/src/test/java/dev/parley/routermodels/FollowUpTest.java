package dev.parley.routermodels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FollowUpTest {
    private static final String LONG = "What were the main causes of the French Revolution?";

    @Test
    void shortTurnsAreReadWithWhatTheyThemselvesWentOnFrom() {
        assertThat(FollowUp.earlier(List.of(LONG, "Why?"))).isEqualTo(LONG);
        assertThat(FollowUp.earlier(List.of("Hello", LONG, "And in Russia?", "Why?")))
                .isEqualTo(LONG + "\nAnd in Russia?");
        assertThat(FollowUp.earlier(List.of("Hello", "Why?"))).isEqualTo("Hello");
    }

    @Test
    void firstTurnsAndLongOnesGoOnFromNothing() {
        assertThat(FollowUp.earlier(List.of())).isEmpty();
        assertThat(FollowUp.earlier(List.of("Why?"))).isEmpty();
        assertThat(FollowUp.earlier(List.of("Hello", "x".repeat(FollowUp.LONGEST))))
                .isEqualTo("Hello");
        assertThat(FollowUp.earlier(List.of("Hello", "x".repeat(FollowUp.LONGEST + 1))))
                .isEmpty();
        assertThat(FollowUp.earlier(List.of("  ", "Why?"))).isEmpty();
    }

    @Test
    void longEarlierTurnsAreCutBetweenCharacters() {
        assertThat(FollowUp.earlier(List.of("x".repeat(5000), "Why?"))).hasSize(300);
        assertThat(FollowUp.earlier(List.of("x".repeat(299) + "\ud83e\udd16".repeat(9), "Why?")))
                .isEqualTo("x".repeat(299));
    }

    @ParameterizedTest
    @ValueSource(strings = {"And of Chile?", "what about\nPeru", "Make it shorter", "Do the SAME for cats", " why?"})
    void someWordsPointBack(String text) {
        assertThat(FollowUp.pointsBack(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"What is 346 + 87?", "Reverse the word gateway", "Androids in fiction", "Name a butterfly", ""})
    void othersDoNot(String text) {
        assertThat(FollowUp.pointsBack(text)).isFalse();
    }

    @Test
    void aWordThatPointsBackMakesUpForSomeDistance() {
        float[] text = {1, 0};
        assertThat(FollowUp.likely("Name a butterfly", text, new float[] {0.19f, 0.98f}))
                .isFalse();
        assertThat(FollowUp.likely("Name a butterfly", text, new float[] {0.21f, 0.98f}))
                .isTrue();
        assertThat(FollowUp.likely("Why?", text, new float[] {0.11f, 0.99f})).isTrue();
        assertThat(FollowUp.likely("Why?", text, new float[] {0.09f, 0.99f})).isFalse();
    }
}
