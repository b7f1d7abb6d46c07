// Splits the generated binding in two: the plain data that users see, and the machinery that they don't.
//
//   java SplitBinding.java GENERATED.kt OUTPUT_FOLDER
//
// Plain data (data, enum and sealed classes) stays in its package and becomes explicitly public. Everything else moves
// to the package `internal` below it and becomes `internal`, so that neither Kotlin nor Java completion offers the 90
// support types of the generator. Stops at whatever it doesn't know: a new generator must not slip through half-split.

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

final class SplitBinding {
    private static final String PACKAGE = "rongcloud.recording";

    /** Plain data that only the hand-written layer needs. */
    private static final Set<String> HIDDEN = Set.of("ClientOptions", "LogField", "LogLevel", "LogRecord");

    /** Data with so many optional fields that Java, which has no named arguments, needs a builder. */
    private static final Set<String> WITH_BUILDER = Set.of("SplitStreamRecording", "McuRecording");

    private static final String BUILDER = """
            /** Begins builders. */
            public companion object {
                /**
                 * Begins one with the three values that have no default, for Java. Kotlin names the constructor's
                 * arguments instead.
                 */
                @JvmStatic
                public fun builder(
                    videoFormat: VideoFormat,
                    audioFormat: AudioFormat,
                    sliceLength: SliceLength,
                ): %1$sBuilder = %1$sBuilder(videoFormat, audioFormat, sliceLength)
            }
        """;

    /** A link of Rust's documentation, which leads nowhere here: only its text is kept. */
    private static final Pattern RUST_LINK = Pattern.compile("\\[(`[^`]+`)](\\([^)]*\\))?");
    private static final Pattern DATA =
            Pattern.compile("(data|enum|sealed) class (\\w+)(?!\\w)(?!: kotlin\\.Exception).*");
    private static final Pattern DECLARATION = Pattern.compile(
            "(?:public )?((?:open |data |enum |sealed |inline |suspend |const )*(?:class|interface|object|fun|val)\\b.*)");
    /** Functions outside of classes are indented all the same. */
    private static final Pattern FUNCTION = Pattern.compile("( +@Throws\\(.*\\)) (fun .*)");
    private static final Pattern HIDDEN_ALREADY = Pattern.compile("(private|internal) .*");
    private static final Pattern NO_DECLARATION = Pattern.compile("|[ /@}{)].*|(package|import) .*");

    public static void main(String[] arguments) throws IOException {
        List<String> generated = Files.readAllLines(Path.of(arguments[0])).stream()
                .map(line -> RUST_LINK.matcher(line).replaceAll("$1"))
                .toList();
        Path folder = Path.of(arguments[1]).resolve(PACKAGE.replace('.', '/'));
        List<String> data = new ArrayList<>();
        List<String> machinery = new ArrayList<>();
        int next = 0;
        while (next < generated.size()) {
            Matcher matcher = DATA.matcher(generated.get(next));
            if (!matcher.matches() || HIDDEN.contains(matcher.group(2))) {
                machinery.add(generated.get(next++));
                continue;
            }
            int end = generated.subList(next, generated.size()).indexOf("}") + next + 1;
            List<String> declaration = new ArrayList<>(documentation(machinery));
            declaration.addAll(generated.subList(next, end));
            data.add(published(matcher.group(2), declaration));
            next = end;
        }
        if (data.isEmpty()) {
            throw new IllegalStateException("no plain data found: the generator's output has changed");
        }
        write(folder.resolve("Data.kt"), "// The plain data of recordings.\n\npackage " + PACKAGE + "\n\n"
                + String.join("\n", data));
        write(folder.resolve("internal/Native.kt"), machinery.stream().map(SplitBinding::hidden)
                .collect(Collectors.joining("\n", "", "\n")));
    }

    /** Takes the documentation comment that ends the lines so far. */
    private static List<String> documentation(List<String> lines) {
        while (lines.get(lines.size() - 1).isBlank()) {
            lines.remove(lines.size() - 1);
        }
        if (!lines.get(lines.size() - 1).equals(" */")) {
            throw new IllegalStateException("plain data without documentation before: " + lines.get(lines.size() - 1));
        }
        List<String> comment = lines.subList(lines.lastIndexOf("/**"), lines.size());
        List<String> taken = List.copyOf(comment);
        comment.clear();
        return taken;
    }

    /** One declaration of plain data as users see it. */
    private static String published(String name, List<String> declaration) {
        StringBuilder text = new StringBuilder();
        for (String line : declaration) {
            boolean isComment = line.strip().startsWith("*") || line.strip().startsWith("/*");
            if (line.strip().equals(",")) {
                text.setLength(text.length() - 1);
                text.append(",\n");
            } else if (!line.isBlank() && !line.strip().equals("companion object")) {
                if (line.equals("    /**") && !text.toString().matches("(?s).*[{(,]\n")) {
                    text.append('\n');
                }
                text.append(isComment ? line : publicCode(line)).append('\n');
            }
        }
        // What is left of bodies that held an empty companion.
        String code = text.toString().replaceAll("\\)( : \\w+\\(\\))?\\s*\\{\\s*}", ")$1");
        return WITH_BUILDER.contains(name) ? code.stripTrailing() + " {\n" + BUILDER.formatted(name) + "}\n" : code;
    }

    private static String publicCode(String line) {
        return line.replace("`", "")
                .replace("kotlin.", "")
                .replace(PACKAGE + ".", "")
                .replaceFirst("^(\\s*)(val |data class |sealed class )", "$1public $2")
                .replaceFirst("^(\\s*)object ", "$1public data object ")
                .replaceFirst("^enum class (\\w+)\\(val value: (\\w+)\\)",
                        "public enum class $1(\n    /** The API's own number for it. */\n    public val value: $2,\n)")
                .replaceFirst("^enum class ", "public enum class ")
                .replaceFirst("^(\\w.*) \\($", "$1(")
                .stripTrailing();
    }

    /** One line of the machinery, out of users' sight. */
    private static String hidden(String line) {
        if (line.startsWith("package ")) {
            return "package " + PACKAGE + ".internal";
        }
        if (line.startsWith("@file:Suppress")) {
            // Nobody can act on warnings about generated code.
            return "@file:Suppress(\"warnings\", \"NAME_SHADOWING\", \"UNUSED_VARIABLE\", \"UNUSED_PARAMETER\")";
        }
        if (line.equals("import java.nio.ByteBuffer")) {
            return "import " + PACKAGE + ".*\n" + line;
        }
        Matcher function = FUNCTION.matcher(line);
        if (function.matches()) {
            return function.group(1) + " internal " + function.group(2);
        }
        Matcher declaration = DECLARATION.matcher(line);
        if (declaration.matches()) {
            return "internal " + declaration.group(1);
        }
        if (!HIDDEN_ALREADY.matcher(line).matches() && !NO_DECLARATION.matcher(line).matches()) {
            throw new IllegalStateException("not a line that is known from the generator: " + line);
        }
        return line;
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
