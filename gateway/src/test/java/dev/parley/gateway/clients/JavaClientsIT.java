package dev.parley.gateway.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.parley.gateway.TestGateway;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java SDKs: OpenAI, Anthropic, LangChain4j. */
class JavaClientsIT {
    private static final String QUESTION = "Reverse the word gateway";
    private static final String ANSWER = "yawetag";

    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static ScriptedModel scripted;
    private static TestGateway gateway;
    private static OpenAIClient openai;
    private static AnthropicClient anthropic;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        scripted = ScriptedModel.start(vertx);
        gateway = Setup.gateway(scripted, folder);
        openai = OpenAIOkHttpClient.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(Setup.KEY)
                .maxRetries(0)
                .responseValidation(true)
                .build();
        anthropic = AnthropicOkHttpClient.builder()
                .baseUrl(gateway.url())
                .apiKey(Setup.KEY)
                .maxRetries(0)
                .responseValidation(true)
                .build();
    }

    @AfterAll
    static void stop() throws Exception {
        openai.close();
        anthropic.close();
        gateway.close();
        scripted.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** An SDK sends members it does not know, and shows those it gets. */
    @Test
    @SuppressWarnings("deprecation") // the SDK would rather have us wait for a typed member
    void expertControlsAndTelemetry() {
        var asked = com.openai.core.JsonValue.from(Map.of("experts", 3, "telemetry", true));
        var params = ChatCompletionCreateParams.builder()
                .model("parley-text")
                .addUserMessage(QUESTION)
                .putAdditionalBodyProperty("moe", asked)
                .build();
        var choice = openai.chat().completions().create(params).choices().getFirst();
        assertThat(choice.message().content()).contains(ANSWER);
        assertTold(String.valueOf(choice._additionalProperties().get("moe")));
        try (var stream = openai.chat().completions().createStreaming(params)) {
            var told = stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .map(part -> String.valueOf(part._additionalProperties().get("moe")))
                    .filter(moe -> !moe.equals("null"))
                    .toList();
            assertThat(told).hasSize(1);
            assertTold(told.getFirst());
        }
        var message = anthropic
                .messages()
                .create(MessageCreateParams.builder()
                        .model("parley-text")
                        .maxTokens(64)
                        .addUserMessage(QUESTION)
                        .putAdditionalBodyProperty(
                                "moe", com.anthropic.core.JsonValue.from(Map.of("experts", 3, "telemetry", true)))
                        .build());
        assertTold(String.valueOf(message._additionalProperties().get("moe")));
    }

    private static void assertTold(String moe) {
        assertThat(moe).contains("experts_per_token=3").contains("routed_experts=[[[");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scripted-openai", "scripted-anthropic", "scripted-ollama", "parley-text", "auto"})
    void openaiChatStreamAndResponses(String model) {
        var params = ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage(QUESTION)
                .temperature(0)
                .build();
        var whole = openai.chat().completions().create(params);
        assertThat(whole.choices().getFirst().message().content())
                .hasValueSatisfying(t -> assertThat(t).contains(ANSWER));
        try (var stream = openai.chat().completions().createStreaming(params)) {
            String text = stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.delta().content().orElse(""))
                    .collect(Collectors.joining());
            assertThat(text).contains(ANSWER);
        }
        var response = openai.responses()
                .create(ResponseCreateParams.builder()
                        .model(model)
                        .input(QUESTION)
                        .temperature(0)
                        .build());
        assertThat(response.output().toString()).contains(ANSWER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scripted-openai", "scripted-anthropic", "scripted-ollama", "parley-text", "auto"})
    void anthropicMessagesAndStream(String model) {
        var params = MessageCreateParams.builder()
                .model(model)
                .maxTokens(100)
                .addUserMessage(QUESTION)
                .build();
        assertThat(anthropic
                        .messages()
                        .create(params)
                        .content()
                        .getFirst()
                        .asText()
                        .text())
                .contains(ANSWER);
        try (var stream = anthropic.messages().createStreaming(params)) {
            String text = stream.stream()
                    .flatMap(event -> event.contentBlockDelta().stream())
                    .flatMap(delta -> delta.delta().text().stream())
                    .map(delta -> delta.text())
                    .collect(Collectors.joining());
            assertThat(text).contains(ANSWER);
        }
    }

    @Test
    void openaiEmbeddingsModelsAndErrors() {
        var embedding = openai.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("all-minilm-l6-v2")
                        .input("a cat")
                        .build());
        assertThat(embedding.data().getFirst().embedding()).hasSize(384);
        assertThat(openai.models().list().items().stream().map(m -> m.id())).contains("auto", "parley-text");
        assertThatThrownBy(() -> openai.chat()
                        .completions()
                        .create(ChatCompletionCreateParams.builder()
                                .model("nope")
                                .addUserMessage("x")
                                .build()))
                .isInstanceOf(com.openai.errors.NotFoundException.class);
        assertThatThrownBy(() -> anthropic
                        .messages()
                        .create(MessageCreateParams.builder()
                                .model("nope")
                                .maxTokens(9)
                                .addUserMessage("x")
                                .build()))
                .isInstanceOf(com.anthropic.errors.NotFoundException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scripted-openai", "scripted-anthropic", "scripted-ollama", "parley-text"})
    void langchain4j(String model) throws Exception {
        for (ChatModel chat : List.of(openAi4j(model), anthropic4j(model))) {
            assertThat(chat.chat(QUESTION)).contains(ANSWER);
        }
        CompletableFuture<ChatResponse> done = new CompletableFuture<>();
        OpenAiStreamingChatModel.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(Setup.KEY)
                .modelName(model)
                .build()
                .chat(QUESTION, new StreamingChatResponseHandler() {
                    @Override
                    public void onPartialResponse(String piece) {}

                    @Override
                    public void onCompleteResponse(ChatResponse response) {
                        done.complete(response);
                    }

                    @Override
                    public void onError(Throwable error) {
                        done.completeExceptionally(error);
                    }
                });
        assertThat(done.get(30, TimeUnit.SECONDS).aiMessage().text()).contains(ANSWER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scripted-openai", "scripted-anthropic", "scripted-ollama"})
    void langchain4jTools(String model) {
        var request = ChatRequest.builder()
                .messages(UserMessage.from("What is the weather in Lima?"))
                .toolSpecifications(ToolSpecification.builder()
                        .name("get_weather")
                        .description("Weather of a city")
                        .parameters(JsonObjectSchema.builder()
                                .addStringProperty("city")
                                .build())
                        .build())
                .build();
        for (ChatModel chat : List.of(openAi4j(model), anthropic4j(model))) {
            var call = chat.chat(request).aiMessage().toolExecutionRequests().getFirst();
            assertThat(call.name()).isEqualTo("get_weather");
            assertThat(TestGateway.json(call.arguments()).path("city").asText()).isEqualTo("Lima");
        }
    }

    private static ChatModel openAi4j(String model) {
        return OpenAiChatModel.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(Setup.KEY)
                .modelName(model)
                .maxRetries(0)
                .build();
    }

    private static ChatModel anthropic4j(String model) {
        return AnthropicChatModel.builder()
                .baseUrl(gateway.url() + "/v1")
                .apiKey(Setup.KEY)
                .modelName(model)
                .maxTokens(100)
                .maxRetries(0)
                .build();
    }
}
