// A body, line by line, with what is wrong beside the line that it is wrong in.

import { h } from "./dom.js";
import { parsed } from "./show.js";

// Of a longer body, the beginning and what is wrong.
const SHOWN = 2000;

function* lines(value, path, depth, before, after) {
    if (value === null || typeof value !== "object") {
        yield { path, depth, text: before + JSON.stringify(value) + after };
        return;
    }
    const isList = Array.isArray(value);
    const [open, close] = isList ? "[]" : "{}";
    const entries = Object.entries(value);
    if (!entries.length) {
        yield { path, depth, text: before + open + close + after };
        return;
    }
    yield { path, depth, text: before + open };
    for (const [index, [name, item]] of entries.entries()) {
        const comma = index + 1 < entries.length ? "," : "";
        const inner = isList ? `${path}[${index}]` : path ? `${path}.${name}` : name;
        yield* lines(item, inner, depth + 1, isList ? "" : `${JSON.stringify(name)}: `, comma);
    }
    yield { path: null, depth, text: close + after };
}

/** The line of a path, or of the object that it is missing in. The first line is that of the whole body. */
function placed(all, path) {
    for (let at = path; ; at = at.replace(/(\.[^.[\]]*|\[\d+\])$/, "")) {
        const index = all.findIndex((line) => line.path === at);
        if (index >= 0) return index;
        if (!/[.[]/.test(at)) return 0;
    }
}

/** The text of a body, and the sentences of `problems` at their places in it. */
export function body(text, problems = []) {
    const json = parsed(text);
    const all = json ? [...lines(json.value, "", 0, "", "")] : text.split("\n").map((it) => ({ text: it, depth: 0 }));
    const wrong = new Map();
    for (const problem of problems) {
        const at = json ? placed(all, problem.path) : 0;
        wrong.set(at, [...(wrong.get(at) ?? []), problem]);
    }
    const kept = all.map((line, index) => ({ line, index })).filter(({ index }) => index < SHOWN || wrong.has(index));
    const rows = kept.map(({ line, index }) => {
        const why = (wrong.get(index) ?? []).map(({ path, sentence }) =>
            h("span", { class: "why" }, h("b", {}, path === line.path ? "" : `${path} `), sentence),
        );
        return h(
            "li",
            why.length ? { class: "wrong" } : {},
            h(
                "span",
                { class: "line" },
                h("span", { class: "indent", "aria-hidden": "true" }, "  ".repeat(line.depth)),
                line.text,
            ),
            why,
        );
    });
    if (all.length > rows.length)
        rows.push(h("li", {}, h("span", { class: "line" }, `… ${all.length - rows.length} more lines`)));
    return h("ol", { class: "code", tabindex: "0", "aria-label": "Body" }, rows);
}
