package dev.parley.config.load;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A form of value that a key may take.
 *
 * @param what for messages, such as {@code a whole number from 0 to 65535}
 * @param example for remedies
 * @param parse empty if the text is not of this form
 */
record Form<T>(String what, String example, Function<String, Optional<T>> parse) {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,2})?");
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,3}(_?\\d{1,3}){0,6}");
    private static final Pattern MEASURE = Pattern.compile("(\\d{1,9})\\s*([A-Za-z]+)");
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern MODEL_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}");
    private static final BigDecimal NANO = BigDecimal.TEN.pow(9);
    private static final Map<String, Duration> TIME_UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZE_UNITS =
            Map.of("B", 1L, "KB", 1000L, "MB", 1_000_000L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    static Form<String> text() {
        return new Form<>("a text", "some text", Optional::of);
    }

    static Form<String> word() {
        return new Form<>(
                "a text that is not blank", "a-name", text -> Optional.of(text).filter(t -> !t.isBlank()));
    }

    static Form<String> identifier() {
        String what = "a name of letters, digits, '.', '_' and '-'";
        return new Form<>(
                what,
                "my-name",
                text -> Optional.of(text).filter(t -> IDENTIFIER.matcher(t).matches()));
    }

    static Form<String> modelId() {
        String what = "a model name of letters, digits and '._:/@+-' that is neither 'auto' nor begins with"
                + " 'auto:' or 'router-', which are the router's own";
        return new Form<>(
                what,
                "qwen/qwen3-30b",
                text -> Optional.of(text)
                        .filter(t -> MODEL_ID.matcher(t).matches())
                        .filter(t -> !t.equals("auto") && !t.startsWith("auto:") && !t.startsWith("router-")));
    }

    static Form<Boolean> flag() {
        return new Form<>("true or false", "true", text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    static Form<Integer> integer(int min, int max) {
        Form<Long> whole = whole(min, max);
        return new Form<>(
                whole.what, whole.example, text -> whole.parse.apply(text).map(Math::toIntExact));
    }

    static Form<Long> whole(long min, long max) {
        String what = "a whole number from " + min + (max == Long.MAX_VALUE ? "" : " to " + max);
        return new Form<>(
                what,
                Long.toString(Math.max(min, Math.min(max, 8))),
                text -> Optional.of(text)
                        .filter(t -> WHOLE.matcher(t).matches())
                        .map(t -> new BigDecimal(t.replace("_", "")))
                        .filter(n -> within(n, BigDecimal.valueOf(min), BigDecimal.valueOf(max)))
                        .map(BigDecimal::longValueExact));
    }

    static Form<Double> decimal(double min, double max) {
        String what = "a number from " + plain(min) + " to " + plain(max);
        return new Form<>(
                what,
                plain(Math.clamp(0.5, min, max)),
                text -> number(text)
                        .filter(n -> within(n, BigDecimal.valueOf(min), BigDecimal.valueOf(max)))
                        .map(BigDecimal::doubleValue));
    }

    /** USD as nano-USD, exact. */
    static Form<Long> usd() {
        return new Form<>(
                "an amount in USD, 0 or more, no finer than 0.000000001",
                "2.50",
                text -> number(text)
                        .filter(n -> within(n, BigDecimal.ZERO, BigDecimal.valueOf(1_000_000_000)))
                        .flatMap(n -> exactly(n.multiply(NANO))));
    }

    /** A price in USD, scaled to pico-USD a token. */
    static Form<Long> price(String what, String example, int powerOfTen) {
        return new Form<>(
                what,
                example,
                text -> number(text)
                        .map(n -> n.scaleByPowerOfTen(powerOfTen))
                        .filter(n -> within(n, BigDecimal.ZERO, BigDecimal.valueOf(100_000_000_000L)))
                        .flatMap(Form::exactly));
    }

    static Form<Duration> duration(Duration min, Duration max) {
        String what = "a duration from " + shown(min) + " to " + shown(max);
        return new Form<>(
                what,
                "30s",
                text -> Optional.of(MEASURE.matcher(text))
                        .filter(Matcher::matches)
                        .flatMap(m -> Optional.ofNullable(TIME_UNITS.get(m.group(2)))
                                .map(unit -> unit.multipliedBy(Long.parseLong(m.group(1)))))
                        .filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0));
    }

    /** Bytes. */
    static Form<Long> size(long min, long max) {
        String what = "a size from " + min + "B to " + max / (1 << 20) + "MiB";
        return new Form<>(
                what,
                "32MiB",
                text -> Optional.of(MEASURE.matcher(text))
                        .filter(Matcher::matches)
                        .flatMap(m -> Optional.ofNullable(SIZE_UNITS.get(m.group(2)))
                                .map(unit -> unit * Long.parseLong(m.group(1))))
                        .filter(bytes -> bytes >= min && bytes <= max));
    }

    static <E extends Enum<E>> Form<E> choice(Class<E> type) {
        String names = Arrays.stream(type.getEnumConstants()).map(Form::name).collect(Collectors.joining(", "));
        return new Form<>(
                "one of " + names,
                name(type.getEnumConstants()[0]),
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> name(constant).equals(text))
                        .findFirst());
    }

    /** Where a backend listens, without a slash at the end. */
    static Form<URI> url() {
        String what = "a URL with http:// or https:// and a host, without user, query or fragment";
        return new Form<>(what, "http://localhost:8000/v1", Form::parseUrl);
    }

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The shortest text that {@link #duration} reads back. */
    static String shown(Duration duration) {
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            Duration one = TIME_UNITS.get(unit);
            if (one != null && !duration.isZero() && duration.toMillis() % one.toMillis() == 0) {
                return duration.dividedBy(one) + unit;
            }
        }
        return duration.toMillis() + "ms";
    }

    private static Optional<URI> parseUrl(String text) {
        try {
            URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean bare = uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null;
            return Optional.of(uri).filter(u -> http && bare && u.getHost() != null);
        } catch (java.net.URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<BigDecimal> number(String text) {
        return Optional.of(text)
                .filter(t -> t.length() <= 40 && DECIMAL.matcher(t).matches())
                .map(BigDecimal::new);
    }

    private static Optional<Long> exactly(BigDecimal number) {
        try {
            return Optional.of(number.longValueExact());
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static boolean within(BigDecimal number, BigDecimal min, BigDecimal max) {
        return number.compareTo(min) >= 0 && number.compareTo(max) <= 0;
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
