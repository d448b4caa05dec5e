package dev.parley.config.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills <code>${NAME}</code>, <code>${NAME:-default}</code> and <code>${file:/path}</code> in; <code>$${</code> stands for
 * <code>${</code> itself. Values never appear in messages.
 */
final class Interpolation {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern WHOLLY_OUTSIDE =
            Pattern.compile("\\$\\{(?:[A-Za-z_][A-Za-z0-9_]*(?::-)?|file:[^}]+)}");

    private final Function<String, Optional<String>> environment;
    private final Path folder;
    private final Problems problems;

    Interpolation(Function<String, Optional<String>> environment, Path folder, Problems problems) {
        this.environment = environment;
        this.folder = folder;
        this.problems = problems;
    }

    /** Whether the value, as written, is one reference and nothing of it stands in the file. */
    static boolean isWhollyOutside(String source) {
        return WHOLLY_OUTSIDE.matcher(source).matches();
    }

    Raw.Scalar resolve(String source, String path, Place place) {
        if (!source.contains("${")) {
            return Raw.Scalar.literal(source, place);
        }
        Matcher matcher = REFERENCE.matcher(source);
        StringBuilder text = new StringBuilder();
        boolean resolved = true;
        boolean outside = false;
        while (matcher.find()) {
            String reference = matcher.group(1);
            Optional<String> value =
                    reference == null ? Optional.of("${") : lookUp(reference, Words.shownPath(path), place);
            outside |= reference != null;
            resolved &= value.isPresent();
            matcher.appendReplacement(text, Matcher.quoteReplacement(value.orElse("")));
        }
        matcher.appendTail(text);
        Raw.Origin origin = !resolved ? Raw.Origin.UNRESOLVED : outside ? Raw.Origin.OUTSIDE : Raw.Origin.FILE;
        Raw.Scalar scalar = new Raw.Scalar(text.toString(), source, origin, place);
        if (origin == Raw.Origin.OUTSIDE) {
            problems.cameFromOutside(scalar);
        }
        return scalar;
    }

    private Optional<String> lookUp(String reference, String path, Place place) {
        if (reference.startsWith("file:")) {
            return readFile(reference.substring("file:".length()), path, place);
        }
        int split = reference.indexOf(":-");
        String name = split < 0 ? reference : reference.substring(0, split);
        if (!NAME.matcher(name).matches()) {
            problems.add(
                    place,
                    path,
                    "'${...}' does not hold the name of an environment variable",
                    "Write ${NAME}, ${NAME:-default} or ${file:/path}; for a literal '${' write '$${'");
            return Optional.empty();
        }
        Optional<String> value = environment.apply(name).filter(v -> split < 0 || !v.isEmpty());
        if (value.isPresent() || split >= 0) {
            return Optional.of(value.orElseGet(() -> reference.substring(split + 2)));
        }
        problems.add(
                place,
                path,
                "the environment variable " + name + " is not set",
                "Run 'export " + name + "=...' first, or give a default: ${" + name + ":-}");
        return Optional.empty();
    }

    private Optional<String> readFile(String file, String path, Place place) {
        try {
            return Optional.of(Files.readString(folder.resolve(file)).strip());
        } catch (IOException | InvalidPathException e) {
            problems.add(
                    place,
                    path,
                    "the file in ${file:" + file + "} cannot be read",
                    "Create it as UTF-8 text that this user may read, or correct the path");
            return Optional.empty();
        }
    }
}
