package dev.parley.moe.engine.generate;

import dev.parley.moe.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Keeps what a generation says. */
public class Recorder implements GenerationListener {
    public final CompletableFuture<Integer> started = new CompletableFuture<>();
    final CompletableFuture<String> firstText = new CompletableFuture<>();
    public final CompletableFuture<Ending> ending = new CompletableFuture<>();
    final List<TokenScore> scores = new ArrayList<>();
    public final StringBuilder text = new StringBuilder();

    @Override
    public void started(int promptTokens) {
        started.complete(promptTokens);
    }

    @Override
    public void delta(String piece, List<TokenScore> more) {
        text.append(piece);
        scores.addAll(more);
        firstText.complete(piece);
    }

    @Override
    public void finished(Ending end) {
        ending.complete(end);
    }

    @Override
    public void failed(EngineException failure) {
        ending.completeExceptionally(failure);
        started.completeExceptionally(failure);
    }

    public Ending await() throws Exception {
        return ending.get(30, TimeUnit.SECONDS);
    }
}
