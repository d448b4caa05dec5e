/** The only place of ONNX Runtime: the sentence encoder, its bounded pool, its device. */
@NullMarked
package dev.parley.routermodels.onnx;

import org.jspecify.annotations.NullMarked;
