package dev.parley.gateway.record;

import dev.parley.config.Usage;
import dev.parley.graphrouter.Decision;
import java.util.Optional;

/**
 * What outcomes of plain relays have in common: of such an outcome only its numbers and ids are its own, and these are all that its row
 * holds (see {@link Schema}). Outcomes are of one kind if their documents differ in nothing else.
 *
 * @param caller without its session
 */
record Kind(
        Outcome.Caller caller,
        String protocol,
        String model,
        boolean stream,
        String encoder,
        Decision decision,
        String answeredBy,
        String backend,
        String callStatus,
        int status,
        String finish,
        String cache) {

    /** Empty if the outcome's document has parts of its own besides those numbers: predictions, several calls, experts, cached or estimated tokens, content. */
    static Optional<Kind> of(Outcome outcome, boolean prompts) {
        Outcome.Asked asked = outcome.asked();
        if (prompts
                || outcome.calls().size() != 1
                || !outcome.decision().predictions().isEmpty()
                || !asked.shape().equals(Outcome.Asked.UNREAD)
                || asked.followUp()
                || asked.profile().isPresent()
                || !counted(outcome, outcome.calls().getFirst())
                || !DecisionId.isOf(outcome.id(), outcome.at())) {
            return Optional.empty();
        }
        Outcome.Caller caller = outcome.caller();
        Outcome.Call call = outcome.calls().getFirst();
        Outcome.Result result = outcome.result();
        return Optional.of(new Kind(
                new Outcome.Caller(caller.key(), "", caller.experiment(), caller.variant(), caller.tags()),
                asked.protocol(),
                asked.model(),
                asked.stream(),
                asked.encoder(),
                outcome.decision(),
                call.model(),
                call.backend(),
                call.status(),
                result.status(),
                result.finish(),
                result.cache()));
    }

    /** Whether the call's figures are the outcome's, and tokens were counted as input and output alone. */
    private static boolean counted(Outcome outcome, Outcome.Call call) {
        Usage usage = outcome.usage();
        return call.experts().isEmpty()
                && call.usage().equals(usage)
                && call.costNanoUsd().equals(outcome.costNanoUsd())
                && usage.equals(Usage.of(usage.inputTokens(), usage.outputTokens()));
    }
}
