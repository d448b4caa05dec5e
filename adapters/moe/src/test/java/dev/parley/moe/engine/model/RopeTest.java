package dev.parley.moe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RopeTest {
    /**
     * Four pairs, which turn 4096 / 2 pi times 10000^(-i / 4) within the original context: 652, 65, 6.5 and 0.65 times. In pairs, 32 turns are at 1.31
     * and one is at 2.81, so the change goes from pair 1 to pair 3, or to 3 from 2 where one turn is both bounds.
     */
    @ParameterizedTest
    @CsvSource({"32, 1, 0.5", "1, 1, 1"})
    void pairsThatTurnOftenKeepTheirSpeed(double often, double seldom, double third) {
        ModelShape.Stretch stretch = new ModelShape.Stretch(true, 4, 4096, often, seldom, 1);
        double[] speeds =
                new ModelShape.Rope(8, 10000, Architecture.Turning.NEIGHBOURS, stretch, new float[0]).speeds();
        double[] kept = {1, 1, third, 0};
        for (int i = 0; i < 4; i++) {
            double speed = Math.pow(10, -i) * (kept[i] + (1 - kept[i]) / 4);
            assertThat(speeds[i]).isCloseTo(speed, within(1e-12));
        }
    }
}
