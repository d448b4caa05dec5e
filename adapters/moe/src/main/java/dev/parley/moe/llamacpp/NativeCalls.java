package dev.parley.moe.llamacpp;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Calls functions of loaded libraries by name. Not thread-safe. */
@SuppressWarnings("restricted")
final class NativeCalls {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfBoolean BOOL = ValueLayout.JAVA_BOOLEAN;
    static final ValueLayout ADDRESS = ValueLayout.ADDRESS;

    private final SymbolLookup symbols = SymbolLookup.loaderLookup();
    private final Map<String, MethodHandle> handles = new HashMap<>();

    /** Names of those functions that are not there. */
    List<String> missing(List<String> functions) {
        return functions.stream().filter(name -> symbols.find(name).isEmpty()).toList();
    }

    void run(String function, FunctionDescriptor type, Object... arguments) {
        var _ = invoke(function, type, arguments);
    }

    int number(String function, FunctionDescriptor type, Object... arguments) {
        return (int) call(function, type, arguments);
    }

    boolean flag(String function, FunctionDescriptor type, Object... arguments) {
        return (boolean) call(function, type, arguments);
    }

    MemorySegment address(String function, FunctionDescriptor type, Object... arguments) {
        return (MemorySegment) call(function, type, arguments);
    }

    /** A text that ends in a zero byte; empty for a null pointer. */
    String text(String function, FunctionDescriptor type, Object... arguments) {
        MemorySegment text = address(function, type, arguments);
        return text.address() == 0 ? "" : text.reinterpret(Long.MAX_VALUE).getString(0);
    }

    private Object call(String function, FunctionDescriptor type, Object... arguments) {
        return Objects.requireNonNull(invoke(function, type, arguments), function);
    }

    private @Nullable Object invoke(String function, FunctionDescriptor type, Object... arguments) {
        try {
            return handle(function, type).invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(function + " failed", e);
        }
    }

    MethodHandle handle(String function, FunctionDescriptor type) {
        return handles.computeIfAbsent(
                function,
                name -> Linker.nativeLinker().downcallHandle(symbols.find(name).orElseThrow(), type));
    }
}
