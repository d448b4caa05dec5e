package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.tensor.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pages of keys and values of one model, at most a given number: those that sequences hold (PagedAttention, arXiv:2309.06180), and
 * those kept of finished ones, in a tree by their tokens, for prompts that begin alike (RadixAttention, arXiv:2312.07104). What is least
 * recently used is given up first. Only computations by the same expert rule and the same kernels share: others give other numbers. Not
 * thread-safe, but for {@link #figures}.
 */
final class KvPool {
    private final ModelShape shape;
    private final int most;
    private final Map<Way, Node> roots = new HashMap<>();
    /** All pages in the tree, the one not used for the longest time first. A parent is used with its child, so never before it. */
    private final LinkedHashSet<Node> byAge = new LinkedHashSet<>();

    private final Counts counts = new Counts();

    /** One thread counts, any looks; guarded by itself. */
    private static final class Counts {
        private int held; // pages, in the tree or not, that sequences hold
        private int kept; // pages in the tree that no sequence holds
        private long evicted;
        private long prompted;
        private long reused;

        synchronized void pages(int moreHeld, int moreKept) {
            held += moreHeld;
            kept += moreKept;
        }

        synchronized void evicted() {
            kept--;
            evicted++;
        }

        synchronized void prompt(int tokens, int reusedTokens) {
            prompted += tokens;
            reused += reusedTokens;
        }

        synchronized int held() {
            return held;
        }

        synchronized int all() {
            return held + kept;
        }

        synchronized KvFigures figures(long each) {
            return new KvFigures(held * each, kept * each, prompted, reused, evicted);
        }
    }

    /** What makes keys and values differ, but for the tokens. */
    private record Way(GateRule rule, Kernels kernels) {}

    /** A page in the tree, its tokens following those of its parents; a root has none. Less than a page's tokens only in a leaf. */
    static final class Node {
        private final @Nullable Node parent;
        private final Way way;
        private final int[] tokens;
        private final KvPage page;
        private final List<Node> children = new ArrayList<>();
        private int users; // sequences that hold it, and so its parents

        private Node(@Nullable Node parent, Way way, int[] tokens, KvPage page) {
            this.parent = parent;
            this.way = way;
            this.tokens = tokens;
            this.page = page;
        }

        KvPage page() {
            return page;
        }

        private boolean whole() {
            return tokens.length == Kernels.PAGE;
        }
    }

    /**
     * A page that begins with wanted tokens.
     *
     * @param count of them
     */
    record Match(Node node, int count) {
        boolean whole() {
            return count == Kernels.PAGE;
        }
    }

    /**
     * @param most pages at a time
     */
    KvPool(ModelShape shape, int most) {
        this.shape = shape;
        this.most = most;
    }

    KvFigures figures() {
        return counts.figures(KvPage.bytes(shape));
    }

    int most() {
        return most;
    }

    /** Counts a prompt, of which so many tokens needed no computing. */
    void counted(int promptTokens, int reusedTokens) {
        counts.prompt(promptTokens, reusedTokens);
    }

    /** Whether so many pages can be had; makes room for them, or gives up nothing. */
    boolean room(int pages) {
        if (counts.held() > most - pages) {
            return false;
        }
        while (counts.all() > most - pages) {
            evict();
        }
        return true;
    }

    /** A page for one sequence alone. */
    KvPage take() {
        if (!room(1)) {
            throw new IllegalStateException("All " + most + " pages of keys and values are in use");
        }
        counts.pages(1, 0);
        return KvPage.empty(shape);
    }

    /** Pages that one sequence had for itself. */
    void give(int pages) {
        counts.pages(-pages, 0);
    }

    /** Where sequences of this way begin; to be left by {@link #leave}. */
    Node enter(GateRule rule, Kernels kernels) {
        Way way = new Way(rule, kernels);
        Node root = roots.computeIfAbsent(
                way, w -> new Node(null, w, new int[0], new KvPage(new float[0][], new float[0][])));
        root.users++;
        return root;
    }

    /** The page after {@code at} that begins with most of {@code tokens[from .. to]}; empty if none has even the first. */
    Optional<Match> match(Node at, int[] tokens, int from, int to) {
        int end = Math.min(to, from + Kernels.PAGE);
        Node best = at;
        int most = 0;
        for (Node child : at.children) {
            int differs = Arrays.mismatch(child.tokens, 0, child.tokens.length, tokens, from, end);
            int count = differs < 0 ? end - from : differs;
            if (count > most) {
                best = child;
                most = count;
            }
        }
        return most > 0 ? Optional.of(new Match(best, most)) : Optional.empty();
    }

    /** A sequence that is at the node's parent goes on to it. */
    void hold(Node node) {
        if (node.users++ == 0 && node.parent != null) {
            counts.pages(1, -1);
        }
    }

    /** Undoes {@link #hold} of a page that a sequence has only read. */
    void drop(Node node) {
        node.users--;
        rest(node);
    }

    /** The page is the latest used one; it may be given up if nobody holds it. */
    private void rest(Node node) {
        if (node.users == 0) {
            counts.pages(-1, 1);
        }
        byAge.remove(node);
        byAge.add(node);
    }

    /** Fills {@code page} with what the node has. */
    static void copy(Node node, KvPage page) {
        page.copyFrom(node.page);
    }

    /** The node after {@code at} for a whole page that a sequence has computed: its own page, or one with the same content. Held. */
    Node publish(Node at, int[] tokens, KvPage page) {
        for (Node child : at.children) {
            if (Arrays.equals(child.tokens, tokens)) {
                hold(child);
                counts.pages(-1, 0); // the sequence's own page
                return child;
            }
        }
        Node node = insert(at, tokens, page);
        node.users++;
        return node;
    }

    /** Keeps a sequence's last page, not yet full, unless there is one that says as much. Its place among the held ones is given up. */
    void keep(Node at, int[] tokens, KvPage page) {
        Optional<Match> same = match(at, tokens, 0, tokens.length);
        boolean isNew = same.isEmpty() || same.get().count() < tokens.length;
        if (isNew) {
            insert(at, tokens, page);
        }
        counts.pages(-1, isNew ? 1 : 0);
    }

    private Node insert(Node at, int[] tokens, KvPage page) {
        at.children.removeIf(child -> {
            boolean within = !child.whole() && child.tokens.length == shared(child.tokens, tokens);
            if (within) {
                byAge.remove(child);
                counts.pages(0, -1);
            }
            return within;
        });
        Node node = new Node(at, at.way, tokens, page);
        at.children.add(node);
        byAge.add(node);
        return node;
    }

    private static int shared(int[] a, int[] b) {
        int differs = Arrays.mismatch(a, b);
        return differs < 0 ? a.length : differs;
    }

    /** A sequence that is at this node lets go of it and its parents. */
    void leave(Node at) {
        for (Node node = at; node != null; node = node.parent) {
            node.users--;
            if (node.parent == null) {
                forget(node);
            } else {
                rest(node);
            }
        }
    }

    /** Gives up the kept page that was not used for the longest time; it has no children, because they would be older. */
    private void evict() {
        for (Node node : byAge) {
            Node parent = node.parent;
            if (node.users == 0 && parent != null) {
                byAge.remove(node);
                parent.children.remove(node);
                counts.evicted();
                forget(parent);
                return;
            }
        }
        throw new IllegalStateException("No page of keys and values can be given up");
    }

    /** Drops a root that nobody needs. */
    private void forget(Node node) {
        if (node.parent == null && node.users == 0 && node.children.isEmpty()) {
            roots.remove(node.way);
        }
    }
}
