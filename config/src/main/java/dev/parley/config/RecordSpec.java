package dev.parley.config;

import java.time.Duration;

/**
 * What is kept of each request.
 *
 * @param path SQLite file
 * @param prompts whether prompts and answers are kept too
 * @param retention after which outcomes are deleted
 */
public record RecordSpec(String path, boolean prompts, Duration retention) {}
