package dev.parley.moe.engine.gguf;

/** A GGUF file that cannot be used. The message names the file, the key or tensor, the fault and the remedy. */
public final class GgufException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param file name of the file, without its folder
     * @param place key, tensor or byte offset
     * @param fault what is wrong there
     * @param remedy what to do about it
     */
    public GgufException(String file, String place, String fault, String remedy) {
        super(file + ": " + place + ": " + fault + ". " + remedy + ".");
    }
}
