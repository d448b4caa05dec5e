package dev.parley.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.ParleyConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps reference.yaml true: all keys stand in it, with their real defaults. */
class ReferenceTest {
    private static final List<String> LINES =
            Shipped.text("reference.yaml").lines().toList();

    private static final ParleyConfig WHOLE = parse(LINES);

    private static Optional<String> environment(String name) {
        return name.equals("TEAM_A_KEY") ? Optional.of("team-a-secret") : Optional.empty();
    }

    private static ParleyConfig parse(List<String> lines) {
        return ConfigLoader.parse(String.join("\n", lines), ReferenceTest::environment);
    }

    private static List<String> without(int line) {
        List<String> rest = new ArrayList<>(LINES);
        String removed = rest.get(line);
        rest.set(line, removed.contains("- ") ? removed.replaceFirst("- .*", "-") : "");
        return rest;
    }

    private static Stream<Integer> keyLines() {
        return IntStream.range(0, LINES.size())
                .filter(i -> LINES.get(i).matches("\\s*(- )?[a-z_-]+: +[^# ].*"))
                .boxed();
    }

    @Test
    void everyKeyTheLoaderKnowsStandsInIt() {
        Problems problems = new Problems();
        ConfigLoader.parse(String.join("\n", LINES), ReferenceTest::environment, problems);
        Set<String> known = new TreeSet<>();
        problems.knownKeys().forEach(key -> known.add(key.replace("backends[].models[]", "models[]")));

        Problems none = new Problems();
        Raw.Fields tree = new YamlTree(
                        "reference", new Interpolation(ReferenceTest::environment, Path.of(""), none), none)
                .read(String.join("\n", LINES));
        Set<String> shown = new TreeSet<>();
        collect(tree, "", shown);

        assertThat(known).hasSizeGreaterThan(70);
        assertThat(shown).containsAll(known);
    }

    private static void collect(Raw raw, String path, Set<String> into) {
        switch (raw) {
            case Raw.Fields fields ->
                fields.fields().forEach((key, field) -> {
                    String child = path.isEmpty() ? key : path + "." + key;
                    into.add(child);
                    collect(field.value(), child, into);
                });
            case Raw.Items items -> items.items().forEach(item -> collect(item, path + "[]", into));
            case Raw.Scalar _, Raw.Empty _ -> {}
        }
    }

    @ParameterizedTest
    @MethodSource("keyLines")
    void aLineMeansWhatItsMarkSays(int line) {
        String text = LINES.get(line);
        if (text.contains("(required)")) {
            assertThatThrownBy(() -> parse(without(line))).as(text).isInstanceOf(ConfigException.class);
        } else if (text.contains("(example)")) {
            assertThat(parse(without(line))).as(text).isNotEqualTo(WHOLE);
        } else {
            assertThat(parse(without(line))).as(text).isEqualTo(WHOLE);
        }
    }
}
