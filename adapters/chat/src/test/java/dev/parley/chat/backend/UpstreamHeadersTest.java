package dev.parley.chat.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamHeadersTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "x-api-key",
                "Cookie",
                "Proxy-Authorization",
                "X-Stainless-Retry-Count",
                "Connection",
                "Transfer-Encoding",
                "Content-Length",
                "Host",
                "Expect",
                "Accept-Encoding"
            })
    void credentialsAndHopByHopHeadersStay(String name) {
        assertThat(UpstreamHeaders.goesOn(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"traceparent", "tracestate", "anthropic-beta", "Anthropic-Version", "Idempotency-Key"})
    void whatTheBackendUnderstandsGoesOn(String name) {
        assertThat(UpstreamHeaders.goesOn(name)).isTrue();
    }
}
