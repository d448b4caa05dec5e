package dev.parley.moe.llamacpp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sequences of one model's memory in the child, and the tokens whose keys and values lie in each, so that a prompt that begins alike
 * need not be computed again. Not thread-safe.
 */
final class Slots {
    private static final int[] NOTHING = {};

    private final int[][] held; // by slot, tokens
    private final boolean[] used; // by slot
    private final List<Integer> free = new ArrayList<>(); // longest unused first

    Slots(int count) {
        held = new int[count][];
        used = new boolean[count];
        Arrays.fill(held, NOTHING);
        for (int i = 0; i < count; i++) {
            free.add(i);
        }
    }

    /**
     * Takes the free slot that has most of a prompt's beginning if that is half of the prompt or more, so that a short common beginning
     * (a template's first tokens) does not cost another conversation its memory; else the one longest unused.
     */
    int take(int[] prompt) {
        int best = free.getFirst();
        for (int slot : free) {
            best = common(slot, prompt) > common(best, prompt) ? slot : best;
        }
        int taken = 2 * common(best, prompt) >= prompt.length ? best : free.getFirst();
        free.removeIf(slot -> slot == taken);
        return taken;
    }

    /** How many of a prompt's first tokens a slot holds; never all, since the last one's logits are wanted. */
    int common(int slot, int[] prompt) {
        int differ = Arrays.mismatch(held[slot], prompt);
        return Math.min(differ < 0 ? prompt.length : differ, prompt.length - 1);
    }

    /** Whether something lies there that must be forgotten first. */
    boolean used(int slot) {
        return used[slot];
    }

    /**
     * Gives a slot back.
     *
     * @param tokens that it holds now; none if that is not known
     */
    void give(int slot, int[] tokens) {
        held[slot] = tokens;
        used[slot] = true;
        free.add(slot);
    }

    /** All memory is new. */
    void forgetAll() {
        Arrays.fill(held, NOTHING);
        Arrays.fill(used, false);
    }
}
