package dev.parley.graphrouter.lab;

import java.util.Locale;

/** Draws marks of a chart as inline SVG. Coordinates are data; colours are CSS classes of the page. */
final class Svg {
    private final StringBuilder out = new StringBuilder();
    private final double width;
    private final double height;
    private final double left;
    private final double bottom;
    private Axis x = new Axis(0, 1, false);
    private Axis y = new Axis(0, 1, false);

    /** @param log whether equal factors are equal lengths */
    record Axis(double from, double to, boolean log) {
        double place(double value) {
            return log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
        }
    }

    Svg(double width, double height, double left, double bottom, String label) {
        this.width = width;
        this.height = height;
        this.left = left;
        this.bottom = bottom;
        add(String.format(
                Locale.ROOT,
                "<svg viewBox='0 0 %.0f %.0f' role='img' aria-label='%s'>",
                width,
                height,
                escaped(label)));
    }

    Svg axes(Axis across, Axis up) {
        this.x = across;
        this.y = up;
        return this;
    }

    private double px(double value) {
        return left + x.place(value) * (width - left - 12);
    }

    private double py(double value) {
        return height - bottom - y.place(value) * (height - bottom - 10);
    }

    Svg tickX(double value, String label) {
        add(String.format(
                Locale.ROOT,
                "<line class='grid' x1='%.1f' x2='%1$.1f' y1='10' y2='%.1f'/>",
                px(value),
                height - bottom));
        return text(px(value), height - bottom + 16, "middle", "tick", label);
    }

    Svg tickY(double value, String label) {
        add(String.format(
                Locale.ROOT,
                "<line class='grid' x1='%.1f' x2='%.1f' y1='%.1f' y2='%3$.1f'/>",
                left,
                width - 12,
                py(value)));
        return text(left - 6, py(value) + 4, "end", "tick", label);
    }

    Svg title(String across, String up) {
        text((left + width) / 2, height - 4, "middle", "axis", across);
        add(String.format(
                Locale.ROOT,
                "<text class='axis' text-anchor='middle' transform='translate(12 %.1f) rotate(-90)'>%s</text>",
                (height - bottom) / 2,
                escaped(up)));
        return this;
    }

    Svg path(double[] xs, double[] ys, String style, String tip) {
        StringBuilder d = new StringBuilder();
        for (int i = 0; i < xs.length; i++) {
            d.append(String.format(Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : "L", px(xs[i]), py(ys[i])));
        }
        add(String.format(
                Locale.ROOT, "<path class='line %s' d='%s'><title>%s</title></path>", style, d, escaped(tip)));
        return this;
    }

    Svg dot(double atX, double atY, double radius, String style, String tip) {
        add(String.format(
                Locale.ROOT,
                "<circle class='%s' cx='%.1f' cy='%.1f' r='%.1f'><title>%s</title></circle>",
                style,
                px(atX),
                py(atY),
                radius,
                escaped(tip)));
        return this;
    }

    Svg bar(double fromX, double toX, double atY, String style) {
        add(String.format(
                Locale.ROOT,
                "<line class='bar %s' x1='%.1f' x2='%.1f' y1='%.1f' y2='%4$.1f'/>",
                style,
                px(fromX),
                px(toX),
                py(atY)));
        return this;
    }

    Svg label(double atX, double atY, String anchor, String style, String label) {
        return text(px(atX), py(atY) + 4, anchor, style, label);
    }

    /** At the left rim, level with a value. */
    Svg rowLabel(double atY, String style, String label) {
        return text(left - 8, py(atY) + 4, "end", style, label);
    }

    private Svg text(double atX, double atY, String anchor, String style, String label) {
        add(String.format(
                Locale.ROOT,
                "<text class='%s' x='%.1f' y='%.1f' text-anchor='%s'>%s</text>",
                style,
                atX,
                atY,
                anchor,
                escaped(label)));
        return this;
    }

    private void add(String element) {
        out.append(element).append('\n');
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return out + "</svg>";
    }
}
