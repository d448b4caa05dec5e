/** ONNX Runtime's {@code com.microsoft.MoE}: an independent mixture of experts that the engine's layer is compared with. */
@NullMarked
package dev.parley.moe.onnx;

import org.jspecify.annotations.NullMarked;
