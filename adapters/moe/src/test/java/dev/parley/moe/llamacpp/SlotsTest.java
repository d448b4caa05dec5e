package dev.parley.moe.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlotsTest {
    private static int[] tokens(int... ids) {
        return ids;
    }

    @Test
    void aPromptGoesWhereMostOfItLies() {
        Slots slots = new Slots(3);
        int first = slots.take(tokens(1, 2, 3));
        assertThat(slots.used(first)).isFalse();
        slots.give(first, tokens(1, 2, 3, 4));
        int second = slots.take(tokens(1, 9, 9, 9));
        assertThat(second).as("too little in common").isNotEqualTo(first);
        slots.give(second, tokens(1, 9, 9, 9));
        int again = slots.take(tokens(1, 2, 3, 4, 5));
        assertThat(again).isEqualTo(first);
        assertThat(slots.common(again, tokens(1, 2, 3, 4, 5))).isEqualTo(4);
        assertThat(slots.common(again, tokens(1, 2, 3, 4)))
                .as("the last one's logits")
                .isEqualTo(3);
        assertThat(slots.common(again, tokens(7))).isZero();
    }

    @Test
    void elseItTakesTheOneLongestUnused() {
        Slots slots = new Slots(2);
        slots.give(slots.take(tokens(1, 1)), tokens(1, 1));
        slots.give(slots.take(tokens(2, 2)), tokens(2, 2));
        int old = slots.take(tokens(3, 3));
        assertThat(slots.common(old, tokens(1, 1))).isEqualTo(1);
        assertThat(slots.used(old)).isTrue();
        slots.give(old, tokens(3, 3));
        slots.forgetAll();
        assertThat(slots.used(old)).isFalse();
        assertThat(slots.common(old, tokens(3, 3))).isZero();
    }

    @Test
    void takenOnesAreNotTakenTwice() {
        Slots slots = new Slots(2);
        assertThat(slots.take(tokens(1))).isNotEqualTo(slots.take(tokens(1)));
    }
}
