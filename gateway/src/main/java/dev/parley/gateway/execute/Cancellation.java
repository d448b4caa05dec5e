package dev.parley.gateway.execute;

import java.util.ArrayList;
import java.util.List;

/** Ends running work at most once. Confined to one event loop. */
public final class Cancellation {
    private final List<Runnable> running = new ArrayList<>();
    private boolean cancelled;

    /** Runs the action on cancellation; at once if that has come already. */
    public void onCancel(Runnable action) {
        if (cancelled) {
            action.run();
        } else {
            running.add(action);
        }
    }

    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            List.copyOf(running).forEach(Runnable::run);
            running.clear();
        }
    }

    public boolean cancelled() {
        return cancelled;
    }

    /** A part that ends with the whole, and can end alone. */
    Cancellation part() {
        Cancellation part = new Cancellation();
        onCancel(part::cancel);
        return part;
    }
}
