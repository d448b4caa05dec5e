package dev.parley.chat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

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

    /** Index of the turn in which the user speaks last; 0 if never. */
    public int lastQuestion() {
        for (int i = turns.size() - 1; i > 0; i--) {
            if (turns.get(i).role() == Turn.Role.USER) {
                return i;
            }
        }
        return 0;
    }

    /** As if what was said before the {@linkplain #lastQuestion last question} had not been; instructions stay. */
    public Conversation withoutHistory() {
        int from = lastQuestion();
        List<Turn> left = IntStream.range(0, turns.size())
                .filter(i -> i >= from || turns.get(i).instructs())
                .mapToObj(turns::get)
                .toList();
        return new Conversation(left, tools, toolChoice, format, settings, extras);
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
