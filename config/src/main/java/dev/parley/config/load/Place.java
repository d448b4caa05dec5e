package dev.parley.config.load;

/** Where something stands: file label and line from 1; line 0 where there is none. */
record Place(String file, int line) {
    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file;
    }
}
