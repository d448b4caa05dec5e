package dev.parley.chat;

/** Whether the model must, may or must not call tools. */
public sealed interface ToolChoice {
    /** The client said nothing. */
    record Unset() implements ToolChoice {}

    record Auto() implements ToolChoice {}

    record None() implements ToolChoice {}

    /** Some tool. */
    record Required() implements ToolChoice {}

    record Named(String tool) implements ToolChoice {}
}
