package dev.parley.chat.openai;

import dev.parley.chat.Part;
import java.util.ArrayList;
import java.util.List;

/** The parts of an answer, sorted by kind, as OpenAI's documents keep them apart. */
public final class Pieces {
    public final StringBuilder text = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();
    public final StringBuilder refusal = new StringBuilder();
    public final List<Part.ToolUse> calls = new ArrayList<>();
    String signature = "";

    public Pieces(List<Part> parts) {
        parts.forEach(this::add);
    }

    private void add(Part part) {
        switch (part) {
            case Part.Text p -> text.append(p.text());
            case Part.Reasoning p -> {
                reasoning.append(p.text());
                signature = p.signature();
            }
            case Part.Refusal p -> refusal.append(p.text());
            case Part.ToolUse p -> calls.add(p);
            // A model's answer holds none of these.
            case Part.Image ignored -> {}
            case Part.Document ignored -> {}
            case Part.Audio ignored -> {}
            case Part.ToolResult ignored -> {}
            case Part.RedactedReasoning ignored -> {}
            case Part.Foreign ignored -> {}
        }
    }
}
