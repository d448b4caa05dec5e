package dev.parley.gateway.execute;

import dev.parley.chat.ChatRequest;
import dev.parley.chat.Conversation;
import dev.parley.chat.JsonBody;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.Turn;
import dev.parley.graphrouter.routers.Adviser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A client's request as a plan's own steps ask it. The answers are read by us, so none of these is relayed. Pure. */
final class Rewording {
    private static final RawJson TRUE = new RawJson("true");
    private static final RawJson FALSE = new RawJson("false");
    private static final String JUDGE = """
            You compare answers that other assistants gave to the last message of a conversation. Judge correctness first, then \
            completeness, then clarity; length is no merit. Reply with the number of the best answer and nothing else.""";
    private static final String SYNTHESIZE = """
            Other assistants have answered my last message; their answers follow, numbered. Some may be wrong. Write the one best \
            answer to my message: keep what is right, mend what is wrong, and do not mention that there were several answers.""";

    private static final int LATEST = 6; // turns that say what a conversation is about
    private static final int LONGEST_TURN = 4000; // characters, the last ones

    private Rewording() {}

    /** The same question, its answer in one piece. */
    static ChatRequest whole(ChatRequest request) {
        return edited(request, unstreamed(request), request.conversation());
    }

    /** The same question, its answer in one piece with the probability of each token. */
    static ChatRequest confident(ChatRequest request) {
        Conversation said = request.conversation();
        Map<Setting, RawJson> settings = new HashMap<>(said.settings());
        settings.put(Setting.LOGPROBS, TRUE);
        Conversation asked =
                new Conversation(said.turns(), said.tools(), said.toolChoice(), said.format(), settings, said.extras());
        return edited(request, unstreamed(request).with("logprobs", TRUE), asked);
    }

    /** Which of the answers is best? A number from 1. Source: LLM-as-a-judge (Zheng et al. 2023), listwise. */
    static ChatRequest judging(ChatRequest request, List<String> answers) {
        StringBuilder question = new StringBuilder("The conversation:\n");
        for (Turn turn : request.conversation().turns()) {
            question.append(turn.role()).append(": ").append(turn.text()).append("\n\n");
        }
        question.append(numbered(answers)).append("The number of the best answer:");
        Conversation asked = new Conversation(
                List.of(Turn.text(Turn.Role.SYSTEM, JUDGE), Turn.text(Turn.Role.USER, question.toString())),
                List.of(),
                new ToolChoice.Unset(),
                new OutputFormat.FreeText(),
                Map.of(Setting.TEMPERATURE, new RawJson("0")),
                Map.of());
        return request.reworded(asked, false);
    }

    /** One answer out of several, streamed if the client streams. Source: Mixture-of-Agents (Wang et al. 2024), one layer. */
    static ChatRequest synthesizing(ChatRequest request, List<String> answers) {
        Conversation said = request.conversation();
        List<Turn> turns = new ArrayList<>(said.turns());
        turns.add(Turn.text(Turn.Role.USER, SYNTHESIZE + "\n\n" + numbered(answers)));
        Conversation asked =
                new Conversation(turns, said.tools(), said.toolChoice(), said.format(), said.settings(), said.extras());
        return request.reworded(asked, request.stream());
    }

    /** Who should answer? */
    static ChatRequest advising(ChatRequest request, String instructions, OutputFormat form) {
        List<Turn> turns = request.conversation().turns();
        List<String> latest = turns.subList(Math.max(0, turns.size() - LATEST), turns.size()).stream()
                .map(turn -> turn.role() + ": " + end(turn.text()))
                .toList();
        Conversation asked = new Conversation(
                List.of(Turn.text(Turn.Role.SYSTEM, instructions), Turn.text(Turn.Role.USER, Adviser.shown(latest))),
                List.of(),
                new ToolChoice.Unset(),
                form,
                Map.of(
                        Setting.TEMPERATURE,
                        new RawJson("0"),
                        Setting.MAX_OUTPUT_TOKENS,
                        new RawJson(String.valueOf(Adviser.ADVICE_TOKENS))),
                Map.of());
        return request.reworded(asked, false);
    }

    private static String end(String text) {
        return text.substring(Math.max(0, text.length() - LONGEST_TURN));
    }

    private static String numbered(List<String> answers) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < answers.size(); i++) {
            text.append("Answer ")
                    .append(i + 1)
                    .append(":\n")
                    .append(answers.get(i))
                    .append("\n\n");
        }
        return text.toString();
    }

    private static JsonBody unstreamed(ChatRequest request) {
        return request.body().with("stream", FALSE).without("stream_options");
    }

    private static ChatRequest edited(ChatRequest request, JsonBody body, Conversation conversation) {
        return new ChatRequest(request.protocol(), body, request.model(), false, () -> conversation);
    }
}
