package dev.parley.chat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A chat call in neutral words, for everything but relaying bytes to a backend of the client's own protocol.
 *
 * @param turns in order; system and developer turns wherever the client put them
 * @param tools offered
 * @param toolChoice how tools may be used
 * @param format form of the answer
 * @param settings parameters known to more than one protocol; only those the client gave, {@code null} values left out
 * @param extras members we do not know, by name: passed on to backends of the same family, else dropped with a warning
 */
public record Conversation(
        List<Turn> turns,
        List<Tool> tools,
        ToolChoice toolChoice,
        OutputFormat format,
        Map<Setting, RawJson> settings,
        Map<String, RawJson> extras) {
    public Conversation {
        turns = List.copyOf(turns);
        tools = List.copyOf(tools);
        settings = Map.copyOf(settings);
    }

    public OptionalDouble number(Setting setting) {
        RawJson value = settings.get(setting);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(value.text()));
    }

    public OptionalLong integer(Setting setting) {
        RawJson value = settings.get(setting);
        return value == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value.text()));
    }

    public boolean flag(Setting setting) {
        RawJson value = settings.get(setting);
        return value != null && value.text().equals("true");
    }
}
