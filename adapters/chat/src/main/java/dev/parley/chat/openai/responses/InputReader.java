package dev.parley.chat.openai.responses;

import dev.parley.chat.Part;
import dev.parley.chat.Part.Media;
import dev.parley.chat.Turn;
import dev.parley.chat.Turn.Role;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.openai.PartReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code instructions} and {@code input} of a responses request into turns. */
final class InputReader {
    private final List<Turn> turns = new ArrayList<>();
    private final List<Part> reasoning = new ArrayList<>();
    private final Set<String> unanswered = new LinkedHashSet<>();

    private InputReader() {}

    static List<Turn> read(JsonView request) {
        InputReader reader = new InputReader();
        request.get("instructions").ifPresent(text -> reader.turns.add(Turn.text(Role.SYSTEM, text.string())));
        JsonView input = request.need("input");
        if (input.isString()) {
            reader.turns.add(Turn.text(Role.USER, input.string()));
            return reader.turns;
        }
        List<JsonView> items = input.items();
        if (items.isEmpty()) {
            throw input.fault("Invalid 'input': expected at least one item.");
        }
        items.forEach(reader::item);
        reader.answered(items.getLast());
        return reader.turns;
    }

    private void item(JsonView item) {
        String type = item.string("type", "message");
        switch (type) {
            case "message" -> message(item);
            case "function_call" -> call(item);
            case "function_call_output" -> output(item);
            case "reasoning" -> reasoning(item);
            case "item_reference" ->
                throw item.fault(
                        "An 'item_reference' needs stored state, which this model's endpoint does not keep; send "
                                + "the item itself, or set 'store' to false in your client.");
            default ->
                throw item.fault("Items of type '" + type + "' are not possible with this model; leave them out.");
        }
    }

    private void message(JsonView item) {
        JsonView role = item.need("role");
        List<Part> parts = content(item.need("content"));
        switch (role.string()) {
            case "user" -> {
                answered(item);
                turns.add(new Turn(Role.USER, parts));
            }
            case "system" -> turns.add(new Turn(Role.SYSTEM, parts));
            case "developer" -> turns.add(new Turn(Role.DEVELOPER, parts));
            case "assistant" -> assistant(parts);
            default ->
                throw role.fault("Invalid value: '" + role.string() + "'. Supported values are: 'user', 'assistant', "
                        + "'system' and 'developer'.");
        }
    }

    /** Text and calls that follow each other are one assistant turn, with the reasoning that came before them. */
    private void assistant(List<Part> parts) {
        List<Part> all = new ArrayList<>();
        if (!turns.isEmpty() && turns.getLast().role() == Role.ASSISTANT) {
            all.addAll(turns.removeLast().parts());
        }
        all.addAll(reasoning);
        all.addAll(parts);
        reasoning.clear();
        turns.add(new Turn(Role.ASSISTANT, all));
    }

    private void call(JsonView item) {
        String id = item.need("call_id").string();
        unanswered.add(id);
        assistant(List.of(new Part.ToolUse(id, item.need("name").string(), item.string("arguments", ""))));
    }

    private void output(JsonView item) {
        JsonView id = item.need("call_id");
        if (!unanswered.remove(id.string())) {
            throw id.fault("No tool call found for function call output with call_id '" + id.string() + "'.");
        }
        Part result = new Part.ToolResult(id.string(), content(item.need("output")), false, Map.of());
        List<Part> all = new ArrayList<>();
        if (!turns.isEmpty() && turns.getLast().role() == Role.TOOL) {
            all.addAll(turns.removeLast().parts());
        }
        all.add(result);
        turns.add(new Turn(Role.TOOL, all));
    }

    private void answered(JsonView before) {
        if (!unanswered.isEmpty()) {
            throw before.fault("No tool output found for function call " + String.join(", ", unanswered) + ".");
        }
    }

    /** {@code encrypted_content} is what {@link ResponsesEncoder} made of a signature. */
    private void reasoning(JsonView item) {
        StringBuilder text = new StringBuilder();
        item.items("content").forEach(part -> text.append(part.string("text", "")));
        if (text.isEmpty()) {
            item.items("summary").forEach(part -> text.append(part.string("text", "")));
        }
        String signature = item.string("encrypted_content", "");
        if (!text.isEmpty() || !signature.isEmpty()) {
            reasoning.add(new Part.Reasoning(text.toString(), signature));
        }
    }

    private static List<Part> content(JsonView content) {
        if (content.isString()) {
            return List.of(new Part.Text(content.string()));
        }
        List<Part> parts = new ArrayList<>();
        content.items().forEach(part -> parts.add(part(part)));
        return parts;
    }

    private static Part part(JsonView part) {
        JsonView type = part.need("type");
        return switch (type.string()) {
            case "input_text", "output_text", "text" ->
                new Part.Text(part.need("text").string());
            case "refusal" -> new Part.Refusal(part.need("refusal").string());
            case "input_image" -> new Part.Image(image(part), part.string("detail", ""), Map.of());
            case "input_file" -> new Part.Document(file(part), part.string("filename", ""), Map.of());
            case "input_audio" -> {
                JsonView audio = part.get("input_audio").orElse(part);
                yield new Part.Audio(
                        audio.need("data").string(), audio.need("format").string());
            }
            default ->
                throw type.fault(
                        "Content of type '" + type.string() + "' is not possible with this model; leave it out.");
        };
    }

    private static Media image(JsonView part) {
        return part.has("file_id")
                ? new Media.FileId(part.need("file_id").string())
                : PartReader.media(part.need("image_url").string());
    }

    private static Media file(JsonView part) {
        if (part.has("file_id")) {
            return new Media.FileId(part.need("file_id").string());
        }
        return part.has("file_url")
                ? new Media.Url(part.need("file_url").string())
                : PartReader.file(part.need("file_data").string());
    }
}
