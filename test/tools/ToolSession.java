import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs many of Apache Kafka's command line tools after each other in one virtual machine, which saves the start of one for each.
 *
 * A line of standard input is a step: the main class, what it finds on its standard input (lines between U+001E), a pattern of what to
 * keep of its output for later arguments ("{captured}"), what to wait for in its output, and its arguments, all between tabs. For each step its output is printed, both streams as they come, and then a line "@@ exit CODE".
 * The first argument of the session is a pause between the steps in milliseconds.
 */
public final class ToolSession {
    private static final long LONGEST_WAIT_NANOS = 20_000_000_000L;

    /** Thrown where a tool would end the virtual machine. */
    private static final class Ended extends Error {
        final int code;
        final int printed;

        Ended(int code, int printed) {
            super(null, null, false, false);
            this.code = code;
            this.printed = printed;
        }
    }

    public static void main(String[] args) throws Exception {
        long pauseMs = Long.parseLong(args[0]);
        PrintStream out = System.out;
        String plan = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        String captured = "";
        for (String step : plan.lines().toList()) {
            String[] fields = step.split("\t", -1);
            InputStream input = new ByteArrayInputStream(fields[1].replace('\u001e', '\n').getBytes(StandardCharsets.UTF_8));
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            String[] tool = Arrays.copyOfRange(fields, 4, fields.length);
            for (int i = 0; i < tool.length; i++) tool[i] = tool[i].replace("{captured}", captured);
            int code = run(fields[0], tool, input, output);
            long end = System.nanoTime() + LONGEST_WAIT_NANOS;
            while (!output.toString(StandardCharsets.UTF_8).contains(fields[3]) && System.nanoTime() < end) Thread.sleep(10);
            Matcher found = Pattern.compile(fields[2], Pattern.MULTILINE).matcher(output.toString(StandardCharsets.UTF_8));
            if (!fields[2].isEmpty() && found.find()) captured = found.group(1);
            out.writeBytes(output.toByteArray());
            out.print("\n@@ exit " + code + "\n");
            out.flush();
            Thread.sleep(pauseMs);
        }
        Runtime.getRuntime().halt(0);
    }

    private static int run(String mainClass, String[] args, InputStream input, ByteArrayOutputStream output) throws Exception {
        List<Runnable> hooks = new ArrayList<>();
        Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
        PrintStream stream = new PrintStream(output, true, StandardCharsets.UTF_8);
        // Some tools catch what their own exit throws, report it and exit again: only the first exit counts, and what was printed until then.
        Ended[] first = {null};
        Exit.Procedure end = (code, message) -> {
            if (first[0] == null) first[0] = new Ended(code, output.size());
            throw first[0];
        };
        Exit.setExitProcedure(end);
        Exit.setHaltProcedure(end);
        System.setIn(input);
        System.setOut(stream);
        System.setErr(stream);
        boolean isBroken = false;
        try {
            Class.forName(mainClass).getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException failure) {
            if (first[0] == null) {
                failure.getCause().printStackTrace(stream);
                isBroken = true;
            }
        }
        byte[] printed = output.toByteArray();
        output.reset();
        if (first[0] == null) output.write(printed);
        else output.write(printed, 0, first[0].printed);
        hooks.forEach(Runnable::run);
        stream.flush();
        return first[0] != null ? first[0].code : isBroken ? 1 : 0;
    }
}
