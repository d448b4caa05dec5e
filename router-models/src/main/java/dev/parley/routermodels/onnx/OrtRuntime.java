package dev.parley.routermodels.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import dev.parley.config.RoutingSpec.Device;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens sessions on the wanted device and keeps ONNX Runtime alive until the JVM is gone. */
final class OrtRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(OrtRuntime.class);
    private static final String REMEDY =
            "build with `mvn -Pcuda package` (ONNX Runtime for CUDA 12) on a machine with an NVIDIA driver, or set routing.device to cpu or auto";

    private OrtRuntime() {}

    /** A model to be opened: a file, or the bytes of a resource. */
    interface Source {
        OrtSession session(OrtEnvironment environment, OrtSession.SessionOptions options) throws OrtException;
    }

    /** @param device where it really computes, for people */
    record Opened(OrtInference inference, String device) {}

    /**
     * Throws IllegalStateException if CUDA is asked for and absent; AUTO then takes the CPU and says so.
     *
     * @param model for the CPU
     * @param onCuda for CUDA
     */
    static Opened open(Source model, Source onCuda, Device device) {
        OrtEnvironment environment = environment();
        return switch (device) {
            case CPU -> new Opened(cpu(environment, model), "CPU");
            case CUDA -> {
                try {
                    yield new Opened(cuda(environment, onCuda), "CUDA");
                } catch (OrtException e) {
                    throw new IllegalStateException("routing.device is cuda, but " + e.getMessage() + "; " + REMEDY, e);
                }
            }
            case AUTO -> {
                try {
                    yield new Opened(cuda(environment, onCuda), "CUDA");
                } catch (OrtException e) {
                    LOG.info("routing.device auto: CPU, because {}", e.getMessage());
                    yield new Opened(cpu(environment, model), "CPU (auto: " + e.getMessage() + ")");
                }
            }
        };
    }

    private static OrtInference cpu(OrtEnvironment environment, Source model) {
        try (OrtSession.SessionOptions options = options()) {
            return new OrtInference(environment, model.session(environment, options));
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot open the sentence encoder: " + e.getMessage(), e);
        }
    }

    private static OrtInference cuda(OrtEnvironment environment, Source model) throws OrtException {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new OrtException("this build of ONNX Runtime has no CUDA");
        }
        try (OrtSession.SessionOptions options = options()) {
            options.addCUDA(0);
            return new OrtInference(environment, model.session(environment, options));
        }
    }

    /** One thread a pass, no spinning: two spinning threads cost 1.65-2.5x the CPU; parallelism is across queries. */
    static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry("session.inter_op.allow_spinning", "0");
        return options;
    }

    static synchronized OrtEnvironment environment() {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Pin.ENVIRONMENT.held();
        return environment;
    }

    /**
     * ONNX Runtime for Java frees its native environment in a shutdown hook of its own; hooks run in no order, and a pass that is
     * still running then crashes the JVM. The native environment counts its references, so one more, never released, keeps it
     * alive until the process ends (seen in 1.23.2; ShutdownIT holds it).
     */
    private enum Pin {
        ENVIRONMENT;

        Pin() {
            try {
                Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
                api.setAccessible(true);
                Method create =
                        OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
                create.setAccessible(true);
                create.invoke(null, api.getLong(null), 2, "parley");
            } catch (ReflectiveOperationException | RuntimeException e) {
                LOG.warn(
                        "ONNX Runtime's environment cannot be kept beyond its shutdown hook: stop Parley only when idle",
                        e);
            }
        }

        void held() {}
    }
}
