package dev.parley.config.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** Reads YAML 1.2 into a {@link Raw} tree: no types are guessed, duplicate keys and foreign tags are refused. */
final class YamlTree {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_ALIASES = 20;
    private static final Set<Tag> PLAIN_TAGS =
            Set.of(Tag.STR, Tag.MAP, Tag.SEQ, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

    private final String file;
    private final Interpolation interpolation;
    private final Problems problems;

    YamlTree(String file, Interpolation interpolation, Problems problems) {
        this.file = file;
        this.interpolation = interpolation;
        this.problems = problems;
    }

    /** The file's mapping; empty after a violation that leaves nothing to read on. */
    Raw.Fields read(String yaml) {
        Place start = new Place(file, 0);
        Raw root = parse(yaml).map(node -> convert(node, "", 0)).orElseGet(() -> new Raw.Empty(start));
        return switch (root) {
            case Raw.Fields fields -> fields;
            case Raw.Empty _ -> Raw.Fields.none(start);
            case Raw.Scalar scalar -> refused(scalar.place());
            case Raw.Items items -> refused(items.place());
        };
    }

    private Raw.Fields refused(Place place) {
        problems.add(
                place, "", "the file must be a mapping", "Begin with keys such as 'backends:', see reference.yaml");
        return Raw.Fields.none(place);
    }

    private Optional<Node> parse(String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setSchema(new FailsafeSchema())
                .setMaxAliasesForCollections(MAX_ALIASES)
                .build();
        try {
            if (tooDeep(yaml, settings)) {
                problems.add(new Place(file, 0), "", "nested deeper than " + MAX_DEPTH + " levels", "Flatten the file");
                return Optional.empty();
            }
            return new Compose(settings).composeString(yaml);
        } catch (MarkedYamlEngineException e) {
            Place place = place(e.getProblemMark());
            problems.add(
                    place,
                    "",
                    "not valid YAML: " + syntaxProblem(e),
                    "Check indentation and quotes there" + quoteHint(e));
        } catch (YamlEngineException | IndexOutOfBoundsException | IllegalArgumentException e) {
            problems.add(new Place(file, 0), "", "not valid YAML", "Check that the file is UTF-8 text in YAML 1.2");
        }
        return Optional.empty();
    }

    /** Composing recurses, so depth is counted first on the events. */
    private static boolean tooDeep(String yaml, LoadSettings settings) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(yaml)) {
            switch (event.getEventId()) {
                case SequenceStart, MappingStart -> depth++;
                case SequenceEnd, MappingEnd -> depth--;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                return true;
            }
        }
        return false;
    }

    private static String quoteHint(MarkedYamlEngineException e) {
        return Optional.ofNullable(e.getProblem()).orElse("").contains("expected ','")
                ? "; inside [ ] and { } a value with ${...} needs quotes"
                : "";
    }

    /** The parser's word, unless it quotes the file: what it quotes may be a secret. */
    private static String syntaxProblem(MarkedYamlEngineException e) {
        String problem = Optional.ofNullable(e.getProblem()).orElse("syntax error");
        if (problem.contains("undefined alias")) {
            return "'*' at the start of a value means an alias, and there is none of that name; quote the value";
        }
        return problem.contains("tag") || problem.contains("anchor") || problem.contains("directive")
                ? "a tag, anchor or directive that cannot be used here"
                : problem;
    }

    private Raw convert(Node node, String path, int depth) {
        Place place = place(node.getStartMark());
        if (depth > MAX_DEPTH) {
            problems.add(place, path, "an alias contains itself", "Write the value out");
            return new Raw.Empty(place);
        }
        if (!PLAIN_TAGS.contains(node.getTag())) {
            problems.add(place, path, "tags are not supported", "Remove the tag that starts with '!'");
        }
        return switch (node) {
            case ScalarNode scalar -> scalar(scalar, path, place);
            case SequenceNode sequence -> items(sequence, path, depth, place);
            case MappingNode mapping -> fields(mapping, path, depth, place);
            default -> new Raw.Empty(place);
        };
    }

    private Raw scalar(ScalarNode node, String path, Place place) {
        String text = node.getValue();
        if (node.isPlain() && (text.isEmpty() || text.equals("~") || text.equals("null"))) {
            return new Raw.Empty(place);
        }
        return interpolation.resolve(text, path, place);
    }

    private Raw items(SequenceNode node, String path, int depth, Place place) {
        List<Raw> items = new ArrayList<>();
        for (Node child : node.getValue()) {
            items.add(convert(child, path + "[" + items.size() + "]", depth + 1));
        }
        return new Raw.Items(items, place);
    }

    private Raw fields(MappingNode node, String path, int depth, Place place) {
        Map<String, Raw.Field> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            Place keyPlace = place(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                problems.add(keyPlace, path, "a key must be a plain word", "Write 'key: value'");
                continue;
            }
            String key = keyNode.getValue();
            String childPath = path.isEmpty() ? key : path + "." + key;
            Raw.Field before = fields.putIfAbsent(
                    key, new Raw.Field(keyPlace, convert(tuple.getValueNode(), childPath, depth + 1)));
            if (before != null) {
                problems.add(
                        keyPlace,
                        Words.shownPath(childPath),
                        "the key is already given in line " + before.keyPlace().line(),
                        "Keep one of the two");
            }
        }
        return new Raw.Fields(fields, place);
    }

    private Place place(Optional<Mark> mark) {
        return new Place(file, mark.map(m -> m.getLine() + 1).orElse(0));
    }
}
