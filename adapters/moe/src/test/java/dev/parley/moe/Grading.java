package dev.parley.moe;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether an answer is right, simply: whole numbers and words. The product grades with the calibration's grader, which this room cannot see. */
final class Grading {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+");

    private Grading() {}

    /** The same number at the end, or the same words somewhere. */
    static boolean right(String answer, String expected) {
        if (NUMBER.matcher(expected).matches()) {
            Matcher numbers = NUMBER.matcher(answer);
            String last = "";
            while (numbers.find()) {
                last = numbers.group();
            }
            return last.equals(expected);
        }
        boolean anyCase = !expected.equals(expected.toUpperCase(Locale.ROOT));
        return anyCase
                ? words(answer.toLowerCase(Locale.ROOT)).contains(words(expected.toLowerCase(Locale.ROOT)))
                : words(answer).contains(words(expected));
    }

    private static String words(String text) {
        return " " + text.replaceAll("[^\\p{L}\\p{N}%+]+", " ").strip() + " ";
    }
}
