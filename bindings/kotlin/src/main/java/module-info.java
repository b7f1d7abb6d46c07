/** Starts, changes, stops and follows RongCloud RTC cloud recordings. */
module rongcloud.recording {
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;
    requires com.sun.jna;
    requires org.slf4j;
    requires static io.opentelemetry.api;
    requires static micrometer.core;

    exports rongcloud.recording;
    exports rongcloud.recording.micrometer;
    exports rongcloud.recording.opentelemetry;

    // JNA finds methods and fields by name.
    opens rongcloud.recording.internal to com.sun.jna;
}
