package dev.parley.graphrouter.calibrate;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How right an answer is, against an expected one: the same after normalisation, or the same final number, or the expected words
 * within the answer. Pure, thread-safe.
 */
public final class Grader {
    private static final Pattern NUMBER = Pattern.compile("[-\u2212]?\\d[\\d,]*(?:\\.\\d+)?");
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}%+.\\-]+");
    private static final Pattern STRAY = Pattern.compile("(?<![\\p{N}])[.\\-]+|[.\\-]+(?![\\p{L}\\p{N}])");
    private static final int SHORTEST_CONTAINED = 3;

    private Grader() {}

    /** 1 for right, 0 for wrong. */
    public static double grade(String answer, String expected) {
        return right(answer.strip(), expected.strip()) ? 1 : 0;
    }

    private static boolean right(String answer, String expected) {
        if (answer.isEmpty() || expected.isEmpty()) {
            return answer.equals(expected);
        }
        if (NUMBER.matcher(expected).matches()) {
            return value(expected).equals(lastNumber(answer));
        }
        boolean exactCase = shouted(expected);
        String given = words(answer, exactCase);
        String wanted = words(expected, exactCase);
        if (given.equals(wanted)) {
            return true;
        }
        String last = given.substring(given.lastIndexOf(' ') + 1);
        return wanted.length() < SHORTEST_CONTAINED
                ? last.equals(wanted)
                : (" " + given + " ").contains(" " + wanted + " ");
    }

    /** The case of an answer matters only where capitals are what was asked for. */
    private static boolean shouted(String expected) {
        long letters = expected.chars().filter(Character::isLetter).count();
        return letters >= 2 && expected.equals(expected.toUpperCase(Locale.ROOT));
    }

    private static String words(String text, boolean exactCase) {
        String normal = Normalizer.normalize(text, Normalizer.Form.NFKC);
        String cased = exactCase ? normal : normal.toLowerCase(Locale.ROOT);
        String spaced = NO_WORD.matcher(cased).replaceAll(" ");
        return STRAY.matcher(spaced).replaceAll(" ").strip().replaceAll(" +", " ");
    }

    private static String lastNumber(String answer) {
        Matcher matcher = NUMBER.matcher(answer);
        String last = "";
        while (matcher.find()) {
            last = value(matcher.group());
        }
        return last;
    }

    private static String value(String number) {
        String plain = number.replace(",", "").replace('\u2212', '-');
        return new java.math.BigDecimal(plain).stripTrailingZeros().toPlainString();
    }
}
