package dev.parley.moe.engine.tensor;

import java.lang.reflect.InvocationTargetException;

/**
 * Brings {@code jdk.incubator.vector} into a JVM that was started without it, as the JVM itself does with the modules of agents. A JVM
 * with an incubating module on its command line uses neither the module graph nor the linked classes of its AOT cache
 * ({@code jdk.internal.module.ModuleBootstrap.boot2} of JDK 25), which costs a quarter of Parley's start. Thread-safe.
 */
final class VectorModule {
    private static final String NAME = "jdk.incubator.vector";

    private VectorModule() {}

    /**
     * Whether the module is there: named on the command line, or loaded just now, for which {@code jdk.internal.module} must be
     * exported to us. Not with {@code -Dparley.scalar=true}: the making of an AOT cache does not survive a module loaded late.
     */
    static boolean present() {
        return Loaded.PRESENT;
    }

    private static final class Loaded {
        static final boolean PRESENT = !Boolean.getBoolean("parley.scalar")
                && (ModuleLayer.boot().findModule(NAME).isPresent() || load());

        private static boolean load() {
            try {
                Class.forName("jdk.internal.module.Modules")
                        .getMethod("loadModule", String.class)
                        .invoke(null, NAME);
                return true;
            } catch (ReflectiveOperationException e) {
                Throwable cause = e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
                System.getLogger(VectorModule.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "The embedded models compute without SIMD, several times slower, because {0}. Start Java with"
                                        + " --add-exports=java.base/jdk.internal.module=ALL-UNNAMED, as bin/parley does, or"
                                        + " --add-modules=jdk.incubator.vector.",
                                cause);
                return false;
            }
        }
    }
}
