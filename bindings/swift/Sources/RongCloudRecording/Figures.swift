// Records of many figures as text.

/// Each field on a line of its own, and each element of a list on a further one.
func figures(of record: Any) -> String {
  let lines = Mirror(reflecting: record).children.flatMap { field in
    let (name, value) = (field.label ?? "", Mirror(reflecting: field.value))
    let isList = value.displayStyle == .collection && !value.children.isEmpty
    return isList
      ? ["  \(name):"] + value.children.map { "    \(shown($0.value))" } : ["  \(name): \(shown(field.value))"]
  }
  return (["\(type(of: record)):"] + lines).joined(separator: "\n")
}

/// On one line, without the modules' names that Swift writes before what is nested.
private func shown(_ value: Any) -> String {
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .optional: return mirror.children.first.map { shown($0.value) } ?? "nil"
  case .struct where !(value is any CustomStringConvertible):
    let fields = mirror.children.map { "\($0.label ?? ""): \(shown($0.value))" }
    return "\(type(of: value))(\(fields.joined(separator: ", ")))"
  default: return "\(value)"
  }
}
