// The library as Java sees it.

package rongcloud.recording.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import rongcloud.recording.AudioFormat;
import rongcloud.recording.BlockingRecordingClient;
import rongcloud.recording.CallbackOptions;
import rongcloud.recording.CallbackReceiver;
import rongcloud.recording.Cancellations;
import rongcloud.recording.ClientOptions;
import rongcloud.recording.ConnectionPolicy;
import rongcloud.recording.Credentials;
import rongcloud.recording.DataCenter;
import rongcloud.recording.FailoverPolicy;
import rongcloud.recording.Layout;
import rongcloud.recording.McuMode;
import rongcloud.recording.McuRecording;
import rongcloud.recording.OperationKind;
import rongcloud.recording.RecordingClient;
import rongcloud.recording.RecordingConfig;
import rongcloud.recording.RecordingException;
import rongcloud.recording.RecordingMode;
import rongcloud.recording.RecordingProfile;
import rongcloud.recording.RenderMode;
import rongcloud.recording.Resolution;
import rongcloud.recording.RetryPolicy;
import rongcloud.recording.ServiceCode;
import rongcloud.recording.Signatures;
import rongcloud.recording.SliceLength;
import rongcloud.recording.SplitStreamRecording;
import rongcloud.recording.StartedRecording;
import rongcloud.recording.StreamRef;
import rongcloud.recording.VideoFormat;
import rongcloud.recording.Violation;
import rongcloud.recording.Window;
import rongcloud.simulator.RongCloudSimulator;
import rongcloud.simulator.RongCloudSimulatorExtension;
import rongcloud.simulator.Step;

@ExtendWith(RongCloudSimulatorExtension.class)
class JavaUsageTest {
    private static final RecordingProfile PROFILE = new RecordingProfile(
            SplitStreamRecording.builder(VideoFormat.MP4, AudioFormat.AAC, SliceLength.MINUTES_60)
                    .mode(RecordingMode.SINGLE_AUDIO_VIDEO)
                    .build());

    @Test
    void a_blocking_client_is_built_and_starts_a_recording(RongCloudSimulator simulator) throws InterruptedException {
        try (var client = blocking(simulator)) {
            StartedRecording started = client.start("room1", "aaa", PROFILE);
            assertEquals(simulator.recordings().get(0).getRecordId(), started.getRecordId());
        }
    }

    @Test
    void tag_and_timeout_are_optional(RongCloudSimulator simulator) throws InterruptedException {
        try (var client = blocking(simulator)) {
            client.start("room1", "aaa", PROFILE, "order 66");
            client.start("room1", "aaa", PROFILE, "order 66", Duration.ofSeconds(5));
        }
        assertEquals(
                List.of("order 66", "order 66"),
                simulator.recordings().stream().map(it -> it.getExtra()).toList());
    }

    @Test
    void a_future_completes_with_the_recording(RongCloudSimulator simulator) {
        try (var client = async(simulator)) {
            String recordId = client.startAsync("room1", "aaa", PROFILE)
                    .thenApply(StartedRecording::getRecordId)
                    .join();
            assertEquals(simulator.recordings().get(0).getRecordId(), recordId);
        }
    }

    @Test
    void cancelling_a_future_closes_the_connection(RongCloudSimulator simulator) {
        simulator.next(Step.hold());
        try (var client = async(simulator)) {
            CompletableFuture<StartedRecording> future = client.startAsync("room1", "aaa", PROFILE);
            simulator.await(1, 0);
            assertTrue(future.cancel(true));
            assertTrue(future.isDone() && future.isCancelled() && future.cancel(true));
            simulator.await(1, 1);
            var cancelled = assertThrows(CancellationException.class, future::join);
            var ended = assertInstanceOf(
                    RecordingException.Cancelled.class, Cancellations.getRecordingException(cancelled));
            assertTrue(ended.getSent() && ended.mayBeRecording());
            assertNull(ended.getStarted());
            assertEquals("room1", ended.getRoomId());
            assertTrue(simulator.requests().get(0).getHeaders().toString().contains(ended.getRequestId()));
        }
    }

    @Test
    void a_future_that_is_completed_from_outside_ends_its_call(RongCloudSimulator simulator) {
        simulator.next(Step.hold());
        try (var client = async(simulator)) {
            var future = client.startAsync("room1", "aaa", PROFILE);
            simulator.await(1, 0);
            future.completeExceptionally(new IllegalStateException("enough"));
            simulator.await(1, 1);
        }
    }

    @Test
    void a_future_that_has_ended_is_not_cancelled(RongCloudSimulator simulator) {
        try (var client = async(simulator)) {
            var future = client.startAsync("room1", "aaa", PROFILE);
            var started = future.join();
            assertFalse(future.cancel(true));
            assertEquals(started, future.join());
        }
    }

    @Test
    void an_interrupted_call_tells_what_became_of_it(RongCloudSimulator simulator) throws Exception {
        simulator.next(Step.hold());
        var seen = new CompletableFuture<InterruptedException>();
        try (var client = blocking(simulator)) {
            var thread = new Thread(() -> seen.complete(assertThrows(
                    InterruptedException.class, () -> client.start("room1", "aaa", PROFILE, "order 66"))));
            thread.start();
            simulator.await(1, 0);
            thread.interrupt();
            var ended = Cancellations.getRecordingException(seen.get());
            assertTrue(ended.mayBeRecording());
            assertEquals("order 66", ended.getExtra());
        }
    }

    @Test
    void a_future_fails_with_the_exception_itself(RongCloudSimulator simulator) {
        try (var client = async(simulator)) {
            var future = client.startAsync("room1", "another session", PROFILE);
            var failure = assertThrows(ExecutionException.class, future::get);
            RecordingException.Refused refused = assertInstanceOf(RecordingException.Refused.class, failure.getCause());
            assertEquals(40003, refused.getCode());
            var joined = assertThrows(CompletionException.class, future::join);
            assertInstanceOf(RecordingException.Refused.class, joined.getCause());
        }
    }

    @Test
    void an_exception_answers_its_questions(RongCloudSimulator simulator) {
        simulator.next(Step.reply(429, "{\"code\":1008}"));
        try (var client = blocking(simulator)) {
            RecordingException failure =
                    assertThrows(RecordingException.class, () -> client.start("room1", "aaa", PROFILE));
            assertEquals(429, failure.getStatus());
            assertEquals(1008, failure.getCode());
            assertTrue(failure.isRetryable());
            assertTrue(failure.maybeSent());
            assertEquals(32, failure.getRequestId().length());
            assertEquals(ServiceCode.RATE_EXCEEDED, failure.getCode());
            assertEquals(OperationKind.START, failure.getOperation());
            assertEquals(List.of("room1", "aaa", ""), List.of(
                    failure.getRoomId(), failure.getSessionId(), failure.getExtra()));
            assertFalse(failure.mayBeRecording());
        }
    }

    @Test
    void violations_are_a_list() {
        var recording = SplitStreamRecording.builder(VideoFormat.MP4, AudioFormat.AAC, SliceLength.MINUTES_30)
                .videoResolution("640*480")
                .build();
        var failure = assertThrows(RecordingException.InvalidInput.class, () -> new RecordingProfile(recording));
        Violation violation = failure.getViolations().get(0);
        assertEquals("config.videoResolution", violation.getPath());
        assertEquals("invalid_resolution", violation.getCode());
        assertEquals(List.of(), failure.getAttempts());
    }

    @Test
    void a_null_is_told_by_the_name_of_what_must_not_be_null() {
        assertNamed("parameter appSecret", () -> new Credentials("key", null));
        assertNamed("parameter appKey", () -> new Credentials(null, "secret"));
        assertNamed("parameter appSecret", () -> new RecordingClient("key", null, new ClientOptions()));
        assertNamed("parameter appSecret", () -> RecordingClient.builder().credentials("key", null));
        assertNamed("parameter apiUrl", () -> BlockingRecordingClient.builder().apiUrl(null));
        assertNamed("parameter appSecret", () -> CallbackReceiver.builder().credentials("key", null));
        assertNamed("parameter json", () -> RecordingProfile.fromJson(null));
        assertNamed("parameter streamId", () -> new StreamRef("user", null));
        assertNamed("parameter userId", () -> new Window(null, "stream", 0, 0, 1, 1));
        var builder = SplitStreamRecording.builder(VideoFormat.MP4, AudioFormat.AAC, SliceLength.MINUTES_30);
        assertNamed("parameter videoResolution", () -> builder.videoResolution(null));
        assertNamed("config.input.video[0]", () -> new RecordingProfile(builder.customLayout((Window) null).build()));
        assertNamed("streams[1]", () -> Layout.grid(Arrays.asList(new StreamRef("user", "stream"), null)));
        assertNamed("credentials[0]", () -> new CallbackReceiver(
                Arrays.asList((Credentials) null), new CallbackOptions(), null));
        var receiver = CallbackReceiver.builder().credentials("key", "secret").build();
        var headers = Map.of("nonce", Arrays.asList((String) null));
        assertNamed("headers: the value of nonce is null", () -> receiver.recordingEvent(headers, new byte[0]));
    }

    private static void assertNamed(String told, Executable call) {
        var failure = assertThrows(NullPointerException.class, call);
        assertTrue(failure.getMessage().endsWith(told), failure.getMessage());
    }

    @Test
    void a_builder_sets_everything() {
        var recording = SplitStreamRecording.builder(VideoFormat.MKV, AudioFormat.AAC, SliceLength.MINUTES_60)
                .mode(RecordingMode.MIX_AUDIO_VIDEO)
                .videoResolution(Resolution.R640X480)
                .customLayout(new Window("111", "111_RongCloudRTC", 0, 0, 0.5, 0.5))
                .renderMode(RenderMode.FILL)
                .host("abc", "111_RongCloudRTC")
                .build();
        assertEquals(
                "{\"recordType\":1,\"mode\":3,\"videoResolution\":\"640x480\",\"videoFormat\":\"mkv\","
                        + "\"audioFormat\":\"aac\",\"mixLayout\":1,\"sliceMin\":60,\"renderMode\":1,"
                        + "\"hostUserId\":\"abc\",\"hostStreamId\":\"111_RongCloudRTC\",\"input\":{\"video\":["
                        + "{\"userId\":\"111\",\"streamId\":\"111_RongCloudRTC\","
                        + "\"x\":0.0,\"y\":0.0,\"width\":0.5,\"height\":0.5}]}}",
                new RecordingProfile(recording).toJson());
    }

    @Test
    void layouts_without_values_are_instances() {
        var recording = SplitStreamRecording.builder(VideoFormat.MP4, AudioFormat.AAC, SliceLength.MINUTES_60)
                .layout(Layout.Adaptive.INSTANCE)
                .build();
        assertEquals(Layout.Adaptive.INSTANCE, recording.getLayout());
        assertTrue(recording.getLayout().toSvg("720x1280").contains("viewBox=\"0 0 720 1280\""));
    }

    @Test
    void an_mcu_recording_has_a_builder_too() {
        McuRecording recording = McuRecording.builder(VideoFormat.HLS, AudioFormat.MP3, SliceLength.MINUTES_120)
                .renderMode(RenderMode.FIT)
                .mcuConfig(McuMode.DOCUMENTED_EXAMPLE, Resolution.R1280X720)
                .build();
        var config = assertInstanceOf(RecordingConfig.Mcu.class, new RecordingProfile(recording).getConfig());
        assertEquals(recording, config.getRecording());
    }

    @Test
    void a_profile_is_read_from_json() {
        var profile = RecordingProfile.fromJson("{\"videoFormat\":\"mp4\",\"audioFormat\":\"aac\",\"sliceMin\":60}");
        assertTrue(profile.toJson().startsWith("{\"recordType\":1,"));
    }

    @Test
    void a_signature_can_be_computed_by_hand() {
        assertEquals(
                "30be0bbca9c9b2e27578701e9fda2358a814c88f",
                Signatures.signature("Y1W2MeFwwwRxa0", "14314", "1408710653000"));
    }

    @Test
    void settings_that_are_unusable_are_all_told_by_the_builder() {
        var builder = RecordingClient.builder()
                .credentials("", "secret")
                .apiUrl("http://example.com")
                .connectTimeout(Duration.ofSeconds(Long.MAX_VALUE))
                .timeout(Duration.ofSeconds(-1))
                .retry(RetryPolicy.builder().firstBackoff(Duration.ofMillis(-1)).build());
        var failure = assertThrows(RecordingException.InvalidInput.class, builder::build);
        assertEquals(
                List.of("app_key", "api_url", "connect_timeout", "timeout", "retry.first_backoff"),
                failure.getViolations().stream().map(Violation::getPath).toList());
    }

    @Test
    void policies_have_builders() {
        assertEquals(
                "RetryPolicy(maxAttempts=2, attemptTimeout=3s, firstBackoff=4ms, longestBackoff=5s, budget=6)",
                RetryPolicy.builder()
                        .maxAttempts(2)
                        .attemptTimeout(Duration.ofSeconds(3))
                        .firstBackoff(Duration.ofMillis(4))
                        .longestBackoff(Duration.ofSeconds(5))
                        .budget(6)
                        .build()
                        .toString());
        assertEquals(
                "FailoverPolicy(afterFailures=2, probeAfter=1m)",
                FailoverPolicy.builder()
                        .afterFailures(2)
                        .probeAfter(Duration.ofMinutes(1))
                        .build()
                        .toString());
        assertEquals(
                "ConnectionPolicy(keepAlive=false, maxIdle=2s, maxRequests=3, maxConcurrent=4, maxWaiting=5)",
                ConnectionPolicy.builder()
                        .keepAlive(false)
                        .maxIdle(Duration.ofSeconds(2))
                        .maxRequests(3)
                        .maxConcurrent(4)
                        .maxWaiting(5)
                        .build()
                        .toString());
    }

    @Test
    void a_builder_takes_all_that_is_said_of_delivery() {
        var builder = BlockingRecordingClient.builder()
                .credentials("key", "secret")
                .dataCenter(DataCenter.SINGAPORE)
                .backupApiUrl("https://backup.example")
                .proxy("ftp://proxy.example")
                .caCertificates("no certificate")
                .retry(RetryPolicy.builder().maxAttempts(0).build())
                .failover(FailoverPolicy.builder().afterFailures(0).build())
                .connections(ConnectionPolicy.builder().maxConcurrent(0).build());
        var failure = assertThrows(RecordingException.InvalidInput.class, builder::build);
        assertEquals(
                Set.of(
                        "backup_api_url",
                        "proxy",
                        "ca_certificates",
                        "retry.max_attempts",
                        "failover.after_failures",
                        "connections.max_concurrent"),
                failure.getViolations().stream().map(Violation::getPath).collect(Collectors.toSet()));
    }

    @Test
    void a_refusal_tells_how_long_to_wait_in_javas_own_durations(RongCloudSimulator simulator) {
        simulator.next(Step.reply(429, "", Map.of("Retry-After", "7")));
        try (var client = blocking(simulator)) {
            var refused = assertThrows(
                    RecordingException.Refused.class, () -> client.start("room1", "aaa", PROFILE));
            assertEquals(Duration.ofSeconds(7), refused.retryAfter());
        }
    }

    @Test
    void the_suspending_function_is_out_of_sight() {
        // javac doesn't offer what is synthetic.
        for (var method : RecordingClient.class.getMethods()) {
            assertFalse(method.getName().startsWith("start-") && !method.isSynthetic(), method.toString());
        }
    }

    private static BlockingRecordingClient blocking(RongCloudSimulator simulator) {
        return BlockingRecordingClient.builder()
                .credentials(RongCloudSimulator.APP_KEY, RongCloudSimulator.APP_SECRET)
                .apiUrl(simulator.getUrl())
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    private static RecordingClient async(RongCloudSimulator simulator) {
        return RecordingClient.builder()
                .credentials(RongCloudSimulator.APP_KEY, RongCloudSimulator.APP_SECRET)
                .apiUrl(simulator.getUrl())
                .build();
    }
}
