package dev.parley.graphrouter.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "433|433",
                "The answer is 433.|433",
                "346 + 87 = 433|433",
                "1,234|1234",
                "12.50|12.5",
                "-7|-7",
                "−7|-7",
                "Lima|Lima",
                "lima.|Lima",
                "The capital of Peru is Lima.|Lima",
                "São Paulo|são paulo",
                "GATEWAY|GATEWAY",
                "Upper case: GATEWAY|GATEWAY",
                "The first letter is g.|g",
                "well-known|well-known",
                "Yes, it is.|yes",
                "29 days|29 days",
            })
    void right(String answer, String expected) {
        assertThat(Grader.grade(answer, expected)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "NULL",
            value = {
                "434|433",
                "433 and then 5|433",
                "4330|433",
                "no number|433",
                "Limassol|Lima",
                "Quito|Lima",
                "gateway|GATEWAY",
                "a g is not the letter h|g",
                "''|Lima",
            })
    void wrong(String answer, String expected) {
        assertThat(Grader.grade(answer, expected)).isZero();
    }
}
