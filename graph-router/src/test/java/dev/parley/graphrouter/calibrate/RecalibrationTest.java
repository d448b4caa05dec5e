package dev.parley.graphrouter.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecalibrationTest {
    private static final Curve HALVED = new Curve(new float[] {0.2f, 0.6f}, new float[] {0.1f, 0.3f});

    @Test
    void aCurveIsStraightBetweenItsCornersAndGoesOnBeyondThem() {
        assertThat(HALVED.at(0.4)).isCloseTo(0.2, within(1e-6));
        assertThat(HALVED.at(0.7)).isCloseTo(0.4, within(1e-6));
        assertThat(HALVED.at(0.05)).isZero();
        assertThat(Curve.NONE.at(0.3)).isEqualTo(0.3);
        assertThat(Curve.SAME.at(0.3)).isEqualTo(0.3);
        assertThatThrownBy(() -> new Curve(new float[] {0, 1}, new float[] {1, 0}))
                .hasMessageContaining("rises");
        assertThatThrownBy(() -> new Curve(new float[] {0}, new float[] {Float.NaN}))
                .hasMessageContaining("rises");
    }

    @Test
    void modelThenTaskThenAll() {
        Curve lowered = new Curve(new float[] {0.5f}, new float[] {0.4f});
        Curve raised = new Curve(new float[] {0.5f}, new float[] {0.6f});
        Recalibration three = new Recalibration(
                List.of(HALVED, Curve.NONE), List.of(raised, Curve.NONE), lowered, Curve.NONE, HeldOut.NONE);
        assertThat(three.quality(0, 0, 0.6)).as("the model's own").isCloseTo(0.3, within(1e-6));
        assertThat(three.quality(1, 0, 0.6)).as("its task's").isCloseTo(0.7, within(1e-6));
        assertThat(three.quality(1, 1, 0.6)).as("all together").isCloseTo(0.5, within(1e-6));
        assertThat(three.quality(1, -1, 0.6)).as("no task").isCloseTo(0.5, within(1e-6));
        assertThat(Recalibration.NONE.quality(5, 5, 0.6)).isEqualTo(0.6);
    }

    @Test
    void noLessIsDemandedThanAsked() {
        Curve demand = new Curve(new float[] {0, 0.8f, 0.9f}, new float[] {0, 0.7f, 1});
        Recalibration cautious = new Recalibration(List.of(), List.of(), Curve.NONE, demand, HeldOut.NONE);
        assertThat(cautious.sufficient(0.9)).isEqualTo(1);
        assertThat(cautious.sufficient(0.8))
                .as("0.7 would do, but less than asked is not asked")
                .isEqualTo(0.8);
        assertThat(cautious.sufficient(0)).as("anything will do").isZero();
    }
}
