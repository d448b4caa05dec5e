package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChangeWatchTest {
    private final ChangeWatch watch = new ChangeWatch(1);

    @Test
    void aFileIsReadOnceWhenItStandsStill() {
        assertThat(watch.due(1)).isFalse();
        assertThat(watch.due(2)).as("just written, perhaps in part").isFalse();
        assertThat(watch.due(3)).as("still being written").isFalse();
        assertThat(watch.due(3)).isTrue();
        assertThat(watch.due(3)).isFalse();
    }

    @Test
    void whatCameBackIsNoChange() {
        assertThat(watch.due(2)).isFalse();
        assertThat(watch.due(1)).isFalse();
        assertThat(watch.due(1)).isFalse();
    }
}
