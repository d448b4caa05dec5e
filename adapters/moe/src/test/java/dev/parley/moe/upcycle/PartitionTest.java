package dev.parley.moe.upcycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionTest {
    private static final int SAMPLES = 200;

    /** Neurons 0, 4, 8 .. always work strongly; the others by turns, neuron i at the tokens of kind i mod 4. */
    private static float[][] contributions(int neurons) {
        SplittableRandom random = new SplittableRandom(1);
        float[][] all = new float[neurons][SAMPLES];
        for (int n = 0; n < neurons; n++) {
            for (int t = 0; t < SAMPLES; t++) {
                boolean active = n % 4 == 0 || t % 3 == n % 4 - 1;
                all[n][t] = (float) (random.nextDouble() * 0.1 + (active ? 1 : 0));
            }
        }
        return all;
    }

    @Test
    void neuronsThatWorkTogetherAreTogether() {
        Partition found = Partition.byActivation(contributions(64), 16, 3);
        assertThat(found.shared())
                .isEqualTo(IntStream.range(0, 16).mapToObj(i -> 4 * i).toList());
        Set<Set<Integer>> kinds = found.experts().stream()
                .map(neurons -> neurons.stream().map(n -> n % 4).collect(Collectors.toSet()))
                .collect(Collectors.toSet());
        assertThat(kinds).isEqualTo(Set.of(Set.of(1), Set.of(2), Set.of(3)));
    }

    @Test
    void everyNeuronHasOnePlaceInGroupsOfOneSize() {
        SplittableRandom random = new SplittableRandom(2);
        for (Partition found :
                List.of(Partition.byActivation(contributions(72), 8, 4), Partition.atRandom(72, 8, 4, random))) {
            Set<Integer> all = new HashSet<>(found.shared());
            found.experts().forEach(expert -> {
                assertThat(expert).hasSize(16).isSorted();
                all.addAll(expert);
            });
            assertThat(all).hasSize(72);
        }
    }
}
