package dev.parley.gateway;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT run our shutdown before the JVM's shutdown hooks begin: ONNX Runtime frees itself in such a hook, and a JVM whose
 * inference still runs then dies of SIGSEGV (performance.md, traps). {@code sun.misc.Signal} is the only way to come first; it is
 * reached by reflection because javac refuses to compile against it under -Werror.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /** Runs the action on the first of the signals, then ends the JVM with status 0. */
    static void onStop(Runnable action) {
        Runnable stop = () -> Thread.ofPlatform().name("parley-stop").start(() -> {
            action.run();
            System.exit(0);
        });
        try {
            handle("TERM", stop);
            handle("INT", stop);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("no signal handler on this JVM, shutting down in a hook instead: {}", e.toString());
            Runtime.getRuntime().addShutdownHook(new Thread(action, "parley-stop"));
        }
    }

    private static void handle(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object ours =
                Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, args) -> {
                    if (method.getName().equals("handle")) {
                        action.run();
                    }
                    return null;
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
    }
}
