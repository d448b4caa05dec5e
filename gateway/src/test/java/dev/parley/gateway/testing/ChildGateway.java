package dev.parley.gateway.testing;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A gateway in a process of its own, as people run it, so that it can be ended from outside. */
public final class ChildGateway implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile("ready: (http://\\S+) \\(clients\\), (http://\\S+) \\(console");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final Process process;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String url;
    private final String admin;

    private ChildGateway(Path folder, Process process, Matcher ready) {
        this.folder = folder;
        this.process = process;
        this.url = ready.group(1);
        this.admin = ready.group(2);
    }

    /** On this configuration, with {@code folder} as its working directory; returns when it says that it is ready. */
    public static ChildGateway start(Path folder, String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("parley.yaml"), yaml);
        Path log = folder.resolve("parley.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED", // as bin/parley
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx256m",
                "-XX:ErrorFile=" + folder.resolve("hs_err.log"),
                "-cp",
                classPath(),
                "dev.parley.gateway.Main",
                "serve",
                "--config",
                file.toString()));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            String said = Eventually.get(
                    PATIENCE,
                    () -> Files.readString(log),
                    text -> READY.matcher(text).find() || !process.isAlive());
            Matcher ready = READY.matcher(said);
            if (!ready.find()) {
                throw new AssertionError("the gateway did not start: " + said);
            }
            return new ChildGateway(folder, process, ready);
        } catch (Exception | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Ours, for a process in another folder. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    public CompletableFuture<HttpResponse<String>> post(String path, String body) {
        return client.sendAsync(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    /** The lines of an answer as they come, once its head is there. */
    public HttpResponse<Stream<String>> open(String path, String body) throws IOException, InterruptedException {
        return client.send(request(path, body), HttpResponse.BodyHandlers.ofLines());
    }

    public HttpResponse<String> admin(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(admin + path))
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(PATIENCE)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** The status it ends with. */
    public int exit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still alive");
        }
        return process.exitValue();
    }

    /** What it wrote, and a crash report if there is one. */
    public String log() throws IOException {
        Path crash = folder.resolve("hs_err.log");
        return Files.readString(folder.resolve("parley.log"))
                + (Files.exists(crash) ? "CRASHED: " + Files.readString(crash) : "");
    }

    @Override
    public void close() {
        process.destroyForcibly();
        client.shutdownNow();
    }
}
