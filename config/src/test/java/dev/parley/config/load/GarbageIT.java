package dev.parley.config.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is written in a file, the loader answers with a configuration or a {@link ConfigException}, and tells no secret. */
class GarbageIT {
    private static final String SECRET = "hunter2-correct-horse";

    /** Of {@code ${KEY}}, which garbage may put where names belong: then a summary shows it, but no error quotes it. */
    private static final String MISPLACED = "battery-staple";

    private static void tryToLoad(String yaml) {
        try {
            String text = ConfigCheck.summary(
                    ConfigLoader.parse(yaml, name -> Optional.of(name.equals("KEY") ? MISPLACED : SECRET)));
            assertThat(text).doesNotContain(SECRET);
        } catch (ConfigException e) {
            assertThat(e.violations()).isNotEmpty();
            assertThat(e.getMessage()).doesNotContain(SECRET).doesNotContain(MISPLACED);
        }
    }

    @Property(tries = 60)
    void anyText(@ForAll String yaml) {
        tryToLoad(yaml);
    }

    @Property(tries = 250)
    void almostAConfiguration(@ForAll("pieces") List<String> pieces) {
        tryToLoad(String.join("", pieces));
    }

    @Property(tries = 80)
    void theReferenceWithOneLineBroken(@ForAll("pieces") List<String> pieces, @ForAll int where) {
        List<String> lines = Shipped.text("reference.yaml").lines().collect(java.util.stream.Collectors.toList());
        int line = Math.floorMod(where, lines.size());
        lines.set(
                line,
                lines.get(line).replaceFirst(":.*", ": ")
                        + String.join("", pieces).replace("\n", " "));
        tryToLoad(String.join("\n", lines));
    }

    /** A secret that stands in the file where a secret belongs, or under any key that is nearly right. */
    @Property(tries = 60)
    void literalSecretsAreNotQuoted(@ForAll("keys") String key, @ForAll("secrets") String secret) {
        try {
            ConfigLoader.parse(
                    "backends: [{id: a, url: 'http://a', models: [m], " + key + ": " + secret + "}]",
                    name -> Optional.empty());
        } catch (ConfigException e) {
            assertThat(e.getMessage()).doesNotContain(secret);
        }
    }

    private static final List<String> WORDS = List.of(
            ("backends models keys policies server experiments routing id url http://a secret api_key port price input card kind"
                            + " moe threshold 1e99 -1 0.5 30s a m << [ ] { } ' \" # | > ~ ${KEY} ${ ${file:/} $${")
                    .split(" "));

    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries.oneOf(
                        Arbitraries.of(WORDS),
                        Arbitraries.of("\n", "\n  ", "\n    ", "- ", ": ", ", ", "&a ", "*a", "!x "))
                .list()
                .ofMaxSize(40);
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.of(
                "api_key",
                "apikey",
                "api-key",
                "key",
                "secret",
                "kind",
                "max_retries",
                "timeouts",
                "headers",
                "directory");
    }

    @Provide
    Arbitrary<String> secrets() {
        return Arbitraries.strings()
                .withChars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
                .ofLength(28)
                .map(text -> "sk-" + text);
    }
}
