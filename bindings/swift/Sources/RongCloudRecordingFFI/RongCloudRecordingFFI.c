// SwiftPM wants a source in every C target. This one's code is the Rust library that Package.swift links.
#include "RongCloudRecordingFFI.h"
