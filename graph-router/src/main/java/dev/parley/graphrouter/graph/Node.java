package dev.parley.graphrouter.graph;

/** A node of the heterogeneous routing graph. */
public sealed interface Node {
    /** A kind of work. */
    record Task(String name) implements Node {}

    /** A neighbourhood of queries. */
    record Anchor(int index) implements Node {}

    /** A model that may answer. */
    record Model(String id) implements Node {}
}
