/** From YAML to {@link dev.parley.config.ParleyConfig}: strict, all violations at once, secrets only from outside the file. */
@NullMarked
package dev.parley.config.load;

import org.jspecify.annotations.NullMarked;
