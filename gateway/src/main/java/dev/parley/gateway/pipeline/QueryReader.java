package dev.parley.gateway.pipeline;

import dev.parley.chat.ChatRequest;
import dev.parley.chat.Conversation;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.Part;
import dev.parley.chat.Setting;
import dev.parley.chat.TokenEstimate;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.Turn;
import dev.parley.config.Capability;
import dev.parley.routermodels.FollowUp;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.RequestShape;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a router may look at of a request. */
final class QueryReader {
    private static final int LONGEST_TEXT = 8 * 1024;

    private static final int LATEST = 5; // user turns looked at

    private QueryReader() {}

    static Query read(ChatRequest request, Set<String> taskHints, String session) {
        Conversation said = request.conversation();
        List<Turn> asked = new ArrayList<>();
        int attachments = 0;
        EnumSet<Capability> needs = EnumSet.of(Capability.CHAT);
        for (Turn turn : said.turns()) {
            turn.parts().forEach(part -> need(part, needs));
            attachments += turn.parts().stream().mapToInt(QueryReader::attached).sum();
            if (turn.role() == Turn.Role.USER) {
                asked.add(turn);
            }
        }
        need(said, needs);
        List<String> latest = asked.subList(Math.max(0, asked.size() - LATEST), asked.size()).stream()
                .map(Turn::text)
                .toList();
        int tokens = TokenEstimate.of(said);
        return new Query(
                latest.isEmpty() ? "" : cut(latest.getLast()),
                FollowUp.earlier(latest),
                new RequestShape(Math.max(1, asked.size()), tools(said), attachments, schema(said.format())),
                tokens,
                asked.size() > 1 ? TokenEstimate.of(said.withoutHistory()) : tokens,
                (int) Math.min(
                        Integer.MAX_VALUE,
                        said.integer(Setting.MAX_OUTPUT_TOKENS).orElse(Integer.MAX_VALUE)),
                needs,
                taskHints,
                session);
    }

    private static void need(Conversation said, EnumSet<Capability> needs) {
        if (tools(said) > 0) {
            needs.add(Capability.TOOLS);
        }
        if (said.flag(Setting.LOGPROBS)) {
            needs.add(Capability.LOGPROBS);
        }
        switch (said.format()) {
            case OutputFormat.FreeText f -> {}
            case OutputFormat.JsonObject f -> needs.add(Capability.JSON_OBJECT);
            case OutputFormat.JsonSchema f -> needs.add(Capability.JSON_SCHEMA);
        }
    }

    private static int tools(Conversation said) {
        return said.toolChoice() instanceof ToolChoice.None ? 0 : said.tools().size();
    }

    private static int attached(Part part) {
        return switch (part) {
            case Part.Image p -> 1;
            case Part.Document p -> 1;
            case Part.Audio p -> 1;
            case Part.ToolResult p ->
                p.content().stream().mapToInt(QueryReader::attached).sum();
            default -> 0;
        };
    }

    private static int schema(OutputFormat format) {
        return format instanceof OutputFormat.JsonSchema wanted
                ? wanted.schema().text().length()
                : 0;
    }

    private static void need(Part part, EnumSet<Capability> needs) {
        switch (part) {
            case Part.Image p -> needs.add(Capability.VISION);
            case Part.Document p -> needs.add(Capability.DOCUMENTS);
            case Part.Audio p -> needs.add(Capability.AUDIO);
            case Part.ToolUse p -> needs.add(Capability.TOOLS);
            case Part.ToolResult p -> {
                needs.add(Capability.TOOLS);
                p.content().forEach(inner -> need(inner, needs));
            }
            case Part.Text p -> {}
            case Part.Reasoning p -> {}
            case Part.RedactedReasoning p -> {}
            case Part.Refusal p -> {}
            case Part.Foreign p -> {}
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    }
}
