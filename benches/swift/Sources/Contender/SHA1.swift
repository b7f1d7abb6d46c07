// SHA-1 (FIPS 180-4), which Foundation on Linux lacks: what the peers sign with.

/// The digest of some bytes.
func sha1(_ bytes: [UInt8]) -> [UInt8] {
  var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
  var message = bytes + [0x80]
  message += [UInt8](repeating: 0, count: (120 - message.count % 64) % 64)
  message += bigEndian(UInt64(bytes.count) * 8)

  var words = [UInt32](repeating: 0, count: 80)
  for block in stride(from: 0, to: message.count, by: 64) {
    for at in 0..<16 {
      let four = message[(block + 4 * at)..<(block + 4 * at + 4)]
      words[at] = four.reduce(0) { word, byte in word << 8 | UInt32(byte) }
    }
    for at in 16..<80 {
      words[at] = rotated(words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16], by: 1)
    }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for at in 0..<80 {
      let (mixed, constant): (UInt32, UInt32) =
        switch at {
        case ..<20: (b & c | ~b & d, 0x5A82_7999)
        case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
        case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
        default: (b ^ c ^ d, 0xCA62_C1D6)
        }
      let next = rotated(a, by: 5) &+ mixed &+ e &+ constant &+ words[at]
      (a, b, c, d, e) = (next, a, rotated(b, by: 30), c, d)
    }
    for (at, value) in [a, b, c, d, e].enumerated() { state[at] &+= value }
  }
  return state.flatMap(bigEndian)
}

private func rotated(_ word: UInt32, by bits: UInt32) -> UInt32 {
  word << bits | word >> (32 - bits)
}

private func bigEndian<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
  withUnsafeBytes(of: word.bigEndian, Array.init)
}
