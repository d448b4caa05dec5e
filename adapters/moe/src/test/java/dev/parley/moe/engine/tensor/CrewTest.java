package dev.parley.moe.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CrewTest {
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> helpers = new ArrayList<>();
    private final Crew crew = new Crew(3);

    private void help(int count) {
        for (int i = 0; i < count; i++) {
            helpers.add(Thread.ofPlatform().start(() -> crew.idle(over::get)));
        }
    }

    @AfterEach
    void everyHelperGoesHome() throws Exception {
        over.set(true);
        crew.wake();
        for (Thread helper : helpers) {
            assertThat(helper.join(Duration.ofSeconds(30))).isTrue();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyPartIsDoneOnceAndBeforeShareReturns() {
        help(2);
        for (int round = 0; round < 2_000; round++) {
            int parts = 1 + round % 17;
            AtomicIntegerArray done = new AtomicIntegerArray(parts);
            crew.share(parts, done::incrementAndGet);
            for (int part = 0; part < parts; part++) {
                assertThat(done.get(part)).isEqualTo(1);
            }
        }
    }

    /** Each of three parts waits for the other two: one thread alone would never end. */
    @Test
    void sleepersAreWokenToHelp() throws Exception {
        help(2);
        for (Thread helper : helpers) {
            while (helper.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
        CountDownLatch all = new CountDownLatch(3);
        Set<Thread> hands = ConcurrentHashMap.newKeySet();
        crew.share(3, part -> {
            hands.add(Thread.currentThread());
            all.countDown();
            await(all);
        });
        assertThat(hands).hasSize(3).contains(Thread.currentThread()).containsAll(helpers);
    }

    @Test
    void severalThreadsShareAtATime() throws Exception {
        help(1);
        AtomicIntegerArray sums = new AtomicIntegerArray(2);
        List<Thread> leaders = new ArrayList<>();
        for (int leader = 0; leader < 2; leader++) {
            int mine = leader;
            leaders.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 1_000; round++) {
                    crew.share(4, part -> sums.addAndGet(mine, part));
                }
            }));
        }
        for (Thread leader : leaders) {
            assertThat(leader.join(Duration.ofSeconds(60))).isTrue();
        }
        assertThat(sums.get(0)).isEqualTo(6_000);
        assertThat(sums.get(1)).isEqualTo(6_000);
    }

    @Test
    void aPartsFailureIsTheCallersOnceAllAreDone() {
        help(2);
        AtomicIntegerArray done = new AtomicIntegerArray(8);
        assertThatIllegalStateException()
                .isThrownBy(() -> crew.share(8, part -> {
                    done.incrementAndGet(part);
                    if (part == 5) {
                        throw new IllegalStateException("part " + part);
                    }
                }))
                .withMessage("part 5");
        for (int part = 0; part < 8; part++) {
            assertThat(done.get(part)).isEqualTo(1);
        }
    }

    @Test
    void withoutHelpersTheCallerDoesAll() {
        Set<Thread> hands = ConcurrentHashMap.newKeySet();
        crew.share(10, part -> hands.add(Thread.currentThread()));
        assertThat(hands).containsExactly(Thread.currentThread());
    }
}
