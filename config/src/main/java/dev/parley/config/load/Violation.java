package dev.parley.config.load;

/**
 * One thing that is wrong in a configuration. Never holds the value of a secret.
 *
 * @param file the file's name, or where else the text came from
 * @param line from 1; 0 if no line can be named
 * @param path such as {@code models[2].price.input}; empty for the file as a whole
 * @param problem what is wrong
 * @param remedy what to write instead
 */
public record Violation(String file, int line, String path, String problem, String remedy) {
    @Override
    public String toString() {
        String place = line > 0 ? file + ":" + line : file;
        return place + (path.isEmpty() ? "" : " " + path) + ": " + problem + ". " + remedy;
    }
}
