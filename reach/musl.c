// Starts one recording by the library's own functions, where no language's binding can be had: on musl. What they are
// told was told by Python's: reach/told.py.
// Usage: musl LIBRARY APP_KEY APP_SECRET OPTIONS LANGUAGE PROFILE BEFORE AFTER
//   in hexadecimal; the profile stands in a request before and after other bytes. Prints what the library answers.

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define _Nonnull
#define _Nullable
#include "RongCloudRecordingFFI.h"

static void *library;
static RustCallStatus status;

static void *function(const char *name) {
  void *found = dlsym(library, name);
  if (!found) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  return found;
}

#define CALL(result, name, types, ...) \
  ((result(*) types)function("uniffi_rongcloud_recording_fn_" name))(__VA_ARGS__ __VA_OPT__(, ) & status)

static RustBuffer buffer(const char *hexadecimal) {
  size_t length = strlen(hexadecimal) / 2;
  uint8_t bytes[length + 1];
  for (size_t at = 0; at < length; at++) sscanf(hexadecimal + 2 * at, "%2hhx", bytes + at);
  RustBuffer (*from)(ForeignBytes, RustCallStatus *) = function("ffi_rongcloud_recording_rustbuffer_from_bytes");
  return from((ForeignBytes){(int32_t)length, bytes}, &status);
}

static void check(const char *what) {
  if (!status.code) return;
  fprintf(stderr, "%s: %d ", what, status.code);
  fwrite(status.errorBuf.data, 1, status.errorBuf.len, stderr);
  exit(1);
}

int main(int count, char **given) {
  if (count != 9) return 2;
  library = dlopen(given[1], RTLD_NOW);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  uint64_t client = CALL(uint64_t, "constructor_nativeclient_of_keys",
                         (RustBuffer, RustBuffer, RustBuffer, RustBuffer, RustCallStatus *), buffer(given[2]),
                         buffer(given[3]), buffer(given[4]), buffer(given[5]));
  check("client");
  uint64_t queue = CALL(uint64_t, "constructor_completionqueue_new", (RustCallStatus *));
  check("queue");
  uint64_t profile = CALL(uint64_t, "constructor_recordingprofile_from_json", (RustBuffer, RustCallStatus *), buffer(given[6]));
  check("profile");
  char request[strlen(given[7]) + strlen(given[8]) + 17];
  sprintf(request, "%s%016llx%s", given[7], (unsigned long long)profile, given[8]);
  // What takes an object keeps it.
  uint64_t kept = CALL(uint64_t, "clone_completionqueue", (uint64_t, RustCallStatus *), queue);
  CALL(int64_t, "method_nativeclient_begin", (uint64_t, uint64_t, RustBuffer, RustCallStatus *), client, kept,
       buffer(request));
  check("begin");
  // A minute, in nanoseconds.
  RustBuffer told =
      CALL(RustBuffer, "method_completionqueue_wait", (uint64_t, int64_t, RustCallStatus *), queue, 60000000000);
  check("wait");
  fwrite(told.data, 1, told.len, stdout);
  return 0;
}
