package dev.parley.graphrouter.lab;

/** A router under test: what it expects of each model on one query. */
interface Contender {
    String name();

    /** Expected quality and cost by model, [2][models]; query is an index into the table, whose outcomes it must not read. */
    double[][] expect(int query);
}
