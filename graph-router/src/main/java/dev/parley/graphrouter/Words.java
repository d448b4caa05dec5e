package dev.parley.graphrouter;

/** Numbers for people, without the cost of a formatter. */
final class Words {
    private Words() {}

    /** Two decimals. */
    static String share(double value) {
        long hundredths = Math.round(value * 100);
        String digits = Long.toString(Math.abs(hundredths) + 100); // at least three digits
        String whole = Long.toString(Math.abs(hundredths) / 100);
        return (hundredths < 0 ? "-" : "") + whole + "." + digits.substring(digits.length() - 2);
    }

    /** Micro-dollars below a cent, else dollars. */
    static String usd(long nano) {
        return nano < 10_000_000 ? share(nano / 1e3) + " micro-USD" : share(nano / 1e9) + " USD";
    }
}
