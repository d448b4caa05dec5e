package dev.parley.gateway.record;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An outcome as a row.
 *
 * @param seq where it lies: {@link #first} of its time, or behind others of the same microsecond
 * @param kind what it has in common with others, if it is written in brief
 * @param common where that is in the log; 0 if it is not there yet
 * @param document empty if {@code common} is known
 */
record OutcomeRow(long seq, Outcome outcome, Optional<Kind> kind, long common, String document) {
    static OutcomeRow of(Outcome outcome, Optional<Kind> kind, long common, String document) {
        return new OutcomeRow(first(outcome.at()), outcome, kind, common, document);
    }

    OutcomeRow at(long place) {
        return new OutcomeRow(place, outcome, kind, common, document);
    }

    /** Whether its place says its time: not if more outcomes of one microsecond came before it than have room there. */
    boolean tellsItsTime() {
        return seq >> Schema.TIE_BITS == micros(outcome.at());
    }

    /** The first row that an outcome of that time may have. */
    static long first(Instant at) {
        return first(micros(at));
    }

    static long first(long micros) {
        return micros << Schema.TIE_BITS;
    }

    static long micros(Instant at) {
        return TimeUnit.SECONDS.toMicros(at.getEpochSecond()) + at.getNano() / 1000;
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
    }
}
