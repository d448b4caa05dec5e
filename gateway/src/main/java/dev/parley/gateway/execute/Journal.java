package dev.parley.gateway.execute;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ExpertUse;
import dev.parley.config.ModelSpec;
import dev.parley.config.Usage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Every call made for one request, in order of their start. Confined to one event loop. */
public final class Journal {
    private final LongSupplier nanoClock;
    private final List<Entry> entries = new ArrayList<>();

    /** @param nanoClock monotonic, in nanoseconds */
    public Journal(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** A call begins; the health of its backend counts it until it ends. */
    Entry begin(ModelSpec model, BackendHealth health) {
        Entry entry = new Entry(model, health, nanoClock.getAsLong());
        entries.add(entry);
        health.begun(model.backend());
        return entry;
    }

    /** A view. */
    public List<Entry> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** Usage over all calls. */
    public Usage usage() {
        if (entries.size() == 1) {
            return entries.getFirst().usage();
        }
        return entries.stream().map(Entry::usage).reduce(Usage.NONE, Usage::plus);
    }

    /** One call. */
    public final class Entry {
        private final ModelSpec model;
        private final BackendHealth health;
        private final long begun;
        private String status = "running";
        private Usage usage = Usage.NONE;
        private Optional<ExpertUse> experts = Optional.empty();
        private long micros;

        private Entry(ModelSpec model, BackendHealth health, long begun) {
            this.model = model;
            this.health = health;
            this.begun = begun;
        }

        public ModelSpec model() {
            return model;
        }

        /** {@code running}, {@code ok}, {@code cancelled} or the failure's kind. */
        public String status() {
            return status;
        }

        public Usage usage() {
            return usage;
        }

        /** Microseconds from its start to its end. */
        public long micros() {
            return micros;
        }

        /** Usage as far as known; a cancelled call keeps what it used. */
        public void used(Usage value) {
            usage = value;
        }

        /** The experts of the first choice, if they are known. */
        public Optional<ExpertUse> experts() {
            return experts;
        }

        public void experts(ExpertUse use) {
            experts = Optional.of(use);
        }

        public void ok() {
            end("ok");
        }

        public void failed(ChatFailure failure) {
            end(failure.kind().name());
        }

        public void cancelled() {
            end("cancelled");
        }

        private void end(String value) {
            if (status.equals("running")) {
                status = value;
                health.ended(model.backend());
                micros = (nanoClock.getAsLong() - begun) / 1000;
            }
        }
    }
}
