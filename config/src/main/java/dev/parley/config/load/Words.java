package dev.parley.config.load;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What messages say of names and values: the nearest known name, and values only where they cannot be secrets. */
final class Words {
    private static final Pattern SECRET_LOOK =
            Pattern.compile("(?i).*(sk-|pk-|key-|ghp_|hf_|xox|aiza|eyj|bearer|token|secret|passw).*");
    private static final Pattern SECRET_VALUE =
            Pattern.compile("(?i)(sk-|ghp_|xox|aiza|eyj|bearer )|[\\p{Alnum}_-]{33}");
    private static final Pattern HARMLESS = Pattern.compile("[\\p{Alnum} ._/:*+-]{1,24}");
    /** Names other gateways use for the same thing. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("baseurl", "url"),
            Map.entry("apibase", "url"),
            Map.entry("endpoint", "url"),
            Map.entry("address", "host"),
            Map.entry("listen", "host"),
            Map.entry("type", "kind"),
            Map.entry("provider", "kind"),
            Map.entry("protocol", "kind"),
            Map.entry("name", "id"),
            Map.entry("model", "upstream"),
            Map.entry("contextwindow", "context"),
            Map.entry("contextlength", "context"),
            Map.entry("maxinputtokens", "context"),
            Map.entry("maxtokens", "max_output"),
            Map.entry("maxoutputtokens", "max_output"),
            Map.entry("apikey", "api_key"),
            Map.entry("key", "secret"),
            Map.entry("providers", "backends"),
            Map.entry("modellist", "models"),
            Map.entry("timeout", "timeouts"));

    private Words() {}

    /** The known name that was most likely meant, if any is near enough. */
    static Optional<String> nearest(String given, Collection<String> known) {
        String plain = plain(given);
        Optional<String> synonym = Optional.ofNullable(SYNONYMS.get(plain)).filter(known::contains);
        return synonym.or(() -> known.stream()
                        .filter(name -> distance(plain, plain(name)) <= Math.max(1, plain.length() / 3))
                        .min(Comparator.comparingInt(name -> distance(plain, plain(name)))))
                .or(() -> known.stream()
                        .filter(name -> plain.length() > 2 && plain(name).startsWith(plain))
                        .findFirst());
    }

    /** A remedy that names the nearest known name, or all of them. */
    static String remedy(String given, Collection<String> known) {
        return nearest(given, known)
                .map(name -> "Did you mean '" + name + "'?")
                .orElseGet(() -> known.isEmpty() ? "Remove it" : "Known here: " + String.join(", ", known));
    }

    /** A scalar for a message: as written, unless that is long or may be a secret. */
    static String shown(Raw.Scalar scalar) {
        String source = scalar.source();
        if (scalar.origin() != Raw.Origin.FILE && Interpolation.isWhollyOutside(source)) {
            return "the value of " + source;
        }
        return shownName(source);
    }

    /** A name for a message, in quotes, unless it may be a secret. */
    static String shownName(String name) {
        return isHarmless(name) ? "'" + name + "'" : "a text of " + name.length() + " characters";
    }

    /** A path for a message; a key that may be a secret is left out. */
    static String shownPath(String path) {
        int dot = path.lastIndexOf('.');
        String key = path.substring(dot + 1);
        return key.length() <= 64 && !SECRET_VALUE.matcher(key).find() ? path : path.substring(0, dot + 1) + "(key)";
    }

    private static boolean isHarmless(String text) {
        return HARMLESS.matcher(text).matches() && !SECRET_LOOK.matcher(text).matches();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** Edits (insert, delete, replace, swap of neighbours) between two names. Source: Damerau 1964. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : cheapest(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int cheapest(int[][] d, String a, String b, int i, int j) {
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
    }
}
