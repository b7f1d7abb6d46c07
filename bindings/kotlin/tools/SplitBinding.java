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
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

final class SplitBinding {
    private static final String PACKAGE = "rongcloud.recording";

    /** Plain data that only the hand-written layer needs. */
    private static final Set<String> HIDDEN = Set.of(
            "CallContext", "CallbackHeader", "CallbackOptions", "CallbackRequest",
            "ClientOptions", "LogField", "LogLevel", "LogRecord");

    /** Data with a few optional fields at its end: Java, which has no default arguments, gets further constructors. */
    private static final Set<String> WITH_OVERLOADS = Set.of("CallbackHeaderNames", "LayoutUpdate", "RecordingTarget");

    /** Data that says which recording an operation is about, with the fields that say it. */
    private static final Set<String> RECORDINGS = Set.of("RecordingTarget", "StartedRecording");

    /** Callbacks that were taken in, with what a store of signatures needs of them. */
    private static final Set<String> RECEIVED = Set.of("ReceivedRecordingEvent", "ReceivedRoomEvent");
    private static final Pattern INTERFACE_FIELD = Pattern.compile(
            "( +public )(val (roomId|sessionId|recordType|key|fingerprint|expiresAt):.*)");

    /**
     * Settings, which users have with Kotlin's own durations and with builders for Java. What crosses the boundary is
     * the generated class, out of their sight.
     */
    private static final Set<String> POLICIES = Set.of("ConnectionPolicy", "FailoverPolicy", "RetryPolicy");
    private static final String POLICY_BUILDER = """
            /** Begins builders. */
            public companion object {
                /** Begins one with every default, for Java. Kotlin names the constructor's arguments instead. */
                @JvmStatic
                public fun builder(): %1$sBuilder = %1$sBuilder()
            }
        """;

    /** Data with so many optional fields that Java, which has no named arguments, needs a builder. */
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

    private static final String ARRANGEMENTS = """
            /** Makes custom layouts of streams. */
            public companion object {
                /**
                 * Equal cells in rows and columns, in which the cameras' pictures are as large as can be without being
                 * cropped; a last row that isn't full is centred.
                 *
                 * @param streams whom to show, row by row; at least one, none twice. [Room.videoStreams] has those of a
                 *   room
                 * @param resolution the recording's `videoResolution`, `WIDTHxHEIGHT`; default: 640x480
                 * @param cameras the shape of the cameras' pictures, `16:9` for instance, or their resolution; default:
                 *   16:9, on a high canvas 9:16, so that four make 2×2 and nine 3×3 on both
                 * @throws RecordingException.InvalidInput without streams, for a stream that is given twice, or for
                 *   another resolution or shape
                 */
                @JvmStatic
                @JvmOverloads
                public fun grid(streams: List<StreamRef>, resolution: String? = null, cameras: String? = null): Layout =
                    Arrangements.grid(streams, resolution, cameras)

                /**
                 * One large picture and a strip of the others: at the right of a wide canvas, at the bottom of a high
                 * one.
                 *
                 * @param main whom to show large
                 * @param others whom to show in the strip; may be empty
                 * @param resolution the recording's `videoResolution`, `WIDTHxHEIGHT`; default: 640x480
                 * @throws RecordingException.InvalidInput for a stream that is given twice, or for another resolution
                 */
                @JvmStatic
                @JvmOverloads
                public fun spotlight(main: StreamRef, others: List<StreamRef>, resolution: String? = null): Layout =
                    Arrangements.spotlight(main, others, resolution)

                /**
                 * Equal columns of a wide canvas, equal rows of a high one.
                 *
                 * @param streams whom to show, from the left or the top; at least one, none twice
                 * @param resolution the recording's `videoResolution`, `WIDTHxHEIGHT`; default: 640x480
                 * @throws RecordingException.InvalidInput without streams, for a stream that is given twice, or for
                 *   another resolution
                 */
                @JvmStatic
                @JvmOverloads
                public fun sideBySide(streams: List<StreamRef>, resolution: String? = null): Layout =
                    Arrangements.sideBySide(streams, resolution)

                /**
                 * One picture over the whole canvas and a small one in a corner, above it. That later windows lie above
                 * earlier ones is inferred: the documentation doesn't say.
                 *
                 * @param main whom to show over the whole canvas
                 * @param inset whom to show in the corner
                 * @param corner where
                 * @throws RecordingException.InvalidInput where both are the same stream
                 */
                @JvmStatic
                public fun pictureInPicture(main: StreamRef, inset: StreamRef, corner: Corner): Layout =
                    Arrangements.pictureInPicture(main, inset, corner)
            }
        """;

    private static final String VIDEO_STREAMS = """
            /** The video streams of all members, in their order: what a layout arranges. */
            public val videoStreams: List<StreamRef>
                get() = Arrangements.videoStreams(this)
        """;

    private static final String ADVICE = """
            /** What is allowed and may still not be what was meant. Nothing of it stops the update. */
            public val advice: List<Advice>
                get() = Arrangements.advice(this)
        """;

    private static final String IS_FAILURE = """
            /** Whether it reports a failure: a [code] other than 200. Then [errorMessage] may say why. */
            public val isFailure: Boolean
                get() = code != null && code != ServiceCode.SUCCESS.toLong()
        """;

    /** What data has beside its fields. */
    private static final Map<String, String> MEMBERS = Map.of(
            "ConnectionPolicy", POLICY_BUILDER.formatted("ConnectionPolicy"),
            "FailoverPolicy", POLICY_BUILDER.formatted("FailoverPolicy"),
            "Layout", ARRANGEMENTS,
            "LayoutUpdate", ADVICE,
            "McuRecording", BUILDER.formatted("McuRecording"),
            "RecordingEvent", IS_FAILURE,
            "RetryPolicy", POLICY_BUILDER.formatted("RetryPolicy"),
            "Room", VIDEO_STREAMS,
            "SplitStreamRecording", BUILDER.formatted("SplitStreamRecording"));

    /** A link of Rust's documentation, which leads nowhere here: only its text is kept. */
    private static final Pattern RUST_LINK = Pattern.compile("\\[(`[^`]+`)](\\([^)]*\\))?");
    /** A member of a type, as Rust writes it. */
    private static final Pattern RUST_PATH = Pattern.compile("`(\\w+)::(\\w+)`");
    private static final Pattern SNAKE = Pattern.compile("_(\\w)");
    private static final Pattern DATA =
            Pattern.compile("(data|enum|sealed) class (\\w+)(?!\\w)(?!: kotlin\\.Exception).*");
    private static final Pattern DECLARATION = Pattern.compile(
            "(?:public )?((?:abstract |open |data |enum |sealed |inline |suspend |const )*(?:class|interface|object|fun|val)\\b.*)");
    /** Functions outside of classes are indented all the same. */
    private static final Pattern FUNCTION = Pattern.compile("( +@Throws\\(.*\\)) (fun .*)");
    private static final Pattern HIDDEN_ALREADY = Pattern.compile("(private|internal) .*");
    private static final Pattern NO_DECLARATION = Pattern.compile("|[ /@}{)].*|(package|import) .*");

    public static void main(String[] arguments) throws IOException {
        List<String> generated = Files.readAllLines(Path.of(arguments[0])).stream()
                .map(line -> RUST_PATH.matcher(RUST_LINK.matcher(line).replaceAll("$1")).replaceAll(SplitBinding::path))
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
            if (POLICIES.contains(matcher.group(2))) {
                machinery.addAll(generated.subList(next, end));
            }
            next = end;
        }
        if (data.isEmpty()) {
            throw new IllegalStateException("no plain data found: the generator's output has changed");
        }
        write(folder.resolve("Data.kt"), "// The plain data of recordings.\n\npackage " + PACKAGE + "\n\n"
                + "import " + PACKAGE + ".internal.Arrangements\nimport kotlin.time.Duration\n\n"
                + String.join("\n", data));
        write(folder.resolve("internal/Native.kt"), machinery.stream().map(SplitBinding::hidden)
                .collect(Collectors.joining("\n", "", "\n")));
    }

    /** A path of Rust's documentation as the public member that it is here. */
    private static String path(MatchResult path) {
        String type = path.group(1).replace("CallbackError", "CallbackRefusedException");
        return "`" + type + "." + SNAKE.matcher(path.group(2)).replaceAll(it -> it.group(1).toUpperCase()) + "`";
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
        if (RECORDINGS.contains(name) || RECEIVED.contains(name)) {
            String type = RECORDINGS.contains(name) ? "Recording" : "ReceivedCallback";
            code = INTERFACE_FIELD.matcher(code).replaceAll("$1override $2").stripTrailing() + " : " + type + "\n";
        }
        if (POLICIES.contains(name)) {
            code = code.replace("java.time.Duration", "Duration");
        }
        if (WITH_OVERLOADS.contains(name)) {
            code = code.replaceFirst("(class \\w+)\\(", "$1 @JvmOverloads constructor(");
        }
        return MEMBERS.containsKey(name) ? withMembers(code.stripTrailing(), MEMBERS.get(name)) : code;
    }

    /** With members at the end of its body, which it may not have yet. */
    private static String withMembers(String code, String members) {
        String body = code.endsWith("}") ? code.substring(0, code.length() - 1) + "\n" : code + " {\n";
        return body + members + "}\n";
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
