package dev.inferencestore.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The fields of a tree, one by one: which ones got lost, and what the tree is with one of them misspelt. */
final class WrittenFields {
    /** Where keys are data, which no type can know; {@link References} and {@link FlinkOptions} check these. */
    private static final Pattern FREE =
            Pattern.compile(".*/(labels|matchLabels|data|stringData|flinkConfiguration|requests|limits)");

    /** A tree in which the field at {@code path} has another name; {@code free} where the key is data. */
    record Misspelt(String path, boolean free, ObjectNode tree) {}

    private WrittenFields() {}

    /** Paths of {@code written} that {@code held} does not have, or has with another value. */
    static List<String> lost(JsonNode written, JsonNode held) {
        List<String> lost = new ArrayList<>();
        compare("", written, held, lost);
        return lost;
    }

    private static void compare(String path, JsonNode written, JsonNode held, List<String> lost) {
        if (written.isObject() && held.isObject()) {
            written.properties()
                    .forEach(field ->
                            compare(path + "/" + field.getKey(), field.getValue(), held.path(field.getKey()), lost));
        } else if (written.isArray() && held.isArray() && written.size() == held.size()) {
            for (int i = 0; i < written.size(); i++) {
                compare(path + "/" + i, written.get(i), held.get(i), lost);
            }
        } else if (!equal(written, held)) {
            lost.add(path + " is " + written + ", held as " + held);
        }
    }

    private static boolean equal(JsonNode written, JsonNode held) {
        if (written.isNumber() && held.isNumber()) {
            return written.decimalValue().compareTo(held.decimalValue()) == 0;
        }
        return written.equals(held);
    }

    /** The tree once for each of its fields, at every depth, with that field misspelt. */
    static List<Misspelt> misspelt(ObjectNode tree) {
        List<Misspelt> all = new ArrayList<>();
        misspell(tree, "", tree, all);
        return all;
    }

    private static void misspell(ObjectNode root, String path, JsonNode node, List<Misspelt> all) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                misspell(root, path + "/" + i, node.get(i), all);
            }
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            ObjectNode copy = root.deepCopy();
            ObjectNode parent = (ObjectNode) copy.at(path);
            parent.set(field.getKey() + "x", parent.remove(field.getKey()));
            all.add(new Misspelt(path + "/" + field.getKey(), free(root, path), copy));
            String name = field.getKey().replace("~", "~0").replace("/", "~1");
            misspell(root, path + "/" + name, field.getValue(), all);
        }
    }

    private static boolean free(ObjectNode root, String path) {
        boolean selectsPods = root.path("kind").asText().equals("Service") && path.equals("/spec/selector");
        return selectsPods || FREE.matcher(path).matches();
    }
}
