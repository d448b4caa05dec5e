package dev.parley.moe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.moe.engine.TinyModel;
import dev.parley.moe.engine.gguf.GgufException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever is done to a file, loading it gives a model or a {@link GgufException}: no other exception, no hang, no huge array. */
class HostileFilePropertyTest {
    private static final byte[] GOOD = TinyModel.of(
                    new TinyModel.Sizes(1, 32, 32, 2, 2, 2, 1, 16), TinyModel.Storage.Q8_0, 1)
            .bytes();
    /** All keys and tensor descriptions lie before it. */
    private static final int HEAD = 8500;

    /** A place and what is written there: one byte, or eight alike. */
    record Damage(int at, byte value, boolean wide) {}

    @Provide
    Arbitrary<Damage> damage() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, HEAD), Arbitraries.bytes(), Arbitraries.of(true, false))
                .as(Damage::new);
    }

    @Property(tries = 600)
    void damagedFileIsRefusedOrLoaded(@ForAll @Size(min = 1, max = 4) List<@From("damage") Damage> damages) {
        byte[] bytes = GOOD.clone();
        for (Damage d : damages) {
            Arrays.fill(bytes, d.at(), Math.min(bytes.length, d.at() + (d.wide() ? 8 : 1)), d.value());
        }
        loads(bytes);
    }

    @Property(tries = 100)
    void cutFileIsRefused(@ForAll @IntRange(min = 0, max = 20000) int length) {
        byte[] bytes = Arrays.copyOf(GOOD, Math.min(length, GOOD.length - 1));
        assertThat(loads(bytes)).isFalse();
    }

    private static boolean loads(byte[] bytes) {
        try {
            ModelLoader.load("hostile.gguf", bytes);
            return true;
        } catch (GgufException e) {
            assertThat(e.getMessage()).startsWith("hostile.gguf: ");
            return false;
        }
    }
}
