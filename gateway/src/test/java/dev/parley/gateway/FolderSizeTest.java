package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FolderSizeTest {
    private static final long MOST = 25;

    /** House law 2. The neutral chat words are one vocabulary of 26 and stay together. */
    @Test
    void aFolderHoldsAtMost25Files() throws IOException {
        Map<Path, Long> folders;
        try (Stream<Path> all = Files.walk(Path.of("..").toRealPath())) {
            folders = all.filter(file -> file.toString().contains("/src/main/java/"))
                    .filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                    .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));
        }
        assertThat(folders).hasSizeGreaterThan(20);
        folders.keySet().removeIf(folder -> folder.endsWith("src/main/java/dev/parley/chat"));
        assertThat(folders).allSatisfy((folder, count) -> assertThat(count).isLessThanOrEqualTo(MOST));
    }
}
