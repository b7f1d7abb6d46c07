// Recordings: how far each has come, its layout, and its files.

import { h, list, say, svg } from "./dom.js";
import { body } from "./json.js";
import { clock, day, duration, plural } from "./show.js";
import { state, watch } from "./state.js";

const CUSTOM = 1;
const LAYOUTS = { 2: "floating", 3: "adaptive" };
const RENDER_MODES = { 1: "fill, crops", 2: "fit, bars" };
const MODES = [
    "one user",
    "one user, video",
    "one user, audio",
    "mixed",
    "mixed, video",
    "mixed, audio",
    "one user, muxed",
];
const MIXED = [3, 4];

const kind = ({ recordType, mode }) =>
    recordType === 2 ? "MCU" : mode === undefined ? "split streams" : `split streams, mode ${mode}: ${MODES[mode]}`;

function size({ videoResolution, mcuConfig }) {
    const [, width, height] = /^(\d+)x(\d+)$/.exec(mcuConfig?.videoResolution ?? videoResolution ?? "") ?? [
        0, 640, 360,
    ];
    return [Number(width), Number(height)];
}

/** The canvas with its windows; the service alone decides about other layouts than custom ones. */
function picture({ config, layout }) {
    const [width, height] = size(config);
    const unit = Math.max(width, height) / 100;
    const text = (x, y, words, name) =>
        svg(
            "text",
            { x, y, "font-size": 5 * unit, "text-anchor": "middle", "dominant-baseline": "central", class: name },
            words,
        );
    const mixes = layout && (config.mode === undefined || MIXED.includes(config.mode));
    const shapes = [svg("rect", { class: "canvas", width, height })];
    let told = "";
    if (mixes && layout.mixLayout === CUSTOM) {
        for (const { userId, x, y, width: w, height: h } of layout.input?.video ?? []) {
            shapes.push(
                svg("rect", {
                    class: "window",
                    x: x * width,
                    y: y * height,
                    width: w * width,
                    height: h * height,
                    "stroke-width": unit / 2,
                }),
                text((x + w / 2) * width, (y + h / 2) * height, userId, "user"),
            );
        }
        told = `custom layout, ${plural((layout.input?.video ?? []).length, "window")}`;
    } else {
        const name = layout && LAYOUTS[layout.mixLayout];
        told = !layout
            ? "the live stream's own layout"
            : mixes
              ? `${name}: the service decides`
              : "not mixed: no layout";
        const across = 8 * unit;
        for (let at = -height; at < width; at += across) {
            shapes.push(
                svg("line", { class: "hatch", x1: at, y1: height, x2: at + height, y2: 0, "stroke-width": unit / 2 }),
            );
        }
        shapes.push(text(width / 2, height / 2, told, "told"));
        if (mixes && layout.hostUserId)
            shapes.push(text(width / 2, height / 2 + 8 * unit, `host ${layout.hostUserId}`, "told"));
    }
    return svg(
        "svg",
        { class: "layout", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Layout: ${told}` },
        shapes,
    );
}

/** Start, full slices and end on a line. */
function line(recording, now) {
    const { startTime, stopTime, slices, config } = recording;
    const sliceMs = config.sliceMin * 60_000;
    // While it runs, the line shows the slice that is being recorded to its end.
    const end = stopTime ?? startTime + (slices + 1) * sliceMs;
    const share = (ms) => `${Math.min(100, (100 * (ms - startTime)) / Math.max(1, end - startTime))}%`;
    const mark = (ms, name, words) => {
        const element = h("span", { class: `mark ${name}`, title: words });
        element.style.left = share(ms);
        return element;
    };
    const done = h("span", { class: "done" });
    done.style.width = share(Math.min(now, end));
    const full = Array.from({ length: Math.min(slices, 200) }, (_, index) => startTime + (index + 1) * sliceMs);
    return h(
        "div",
        { class: "line-of-time", "aria-hidden": "true" },
        done,
        mark(startTime, "start", `started ${day(startTime)}`),
        full.map((ms, index) => mark(ms, "slice", `slice ${index + 1} full ${day(ms)}`)),
        stopTime && mark(stopTime, "stop", `ended ${day(stopTime)}`),
    );
}

function phases({ startTime, stopTime, slices, config, fileCount }, now) {
    const lasted = duration((stopTime ?? now) - startTime);
    const facts = [
        `started ${clock(startTime)}`,
        `${plural(slices, "slice")} of ${config.sliceMin} min full`,
        stopTime ? `ended ${clock(stopTime)} after ${lasted}` : `running for ${lasted}`,
        stopTime && plural(fileCount, "file"),
    ];
    return facts.filter(Boolean).join(" · ");
}

const file = ({ fileName, userId }) =>
    h("li", {}, h("code", {}, fileName), userId && h("span", { class: "hint" }, ` ${userId}`));

function card({ recordId, roomId, sessionId, extra }) {
    const badge = h("span", { class: "badge" });
    const told = h("p", { class: "phases" });
    const drawn = h("div", {});
    const drawing = h("figure", {});
    const files = h("ol", { class: "files" });
    const summary = h("summary", {});
    const config = h("details", {}, h("summary", {}, "Configuration"));
    const what = h("span", {});
    const element = h(
        "article",
        { class: "card recording", "aria-label": `Recording ${recordId}` },
        h(
            "header",
            {},
            h("h2", {}, h("code", {}, recordId)),
            h(
                "p",
                { class: "meta" },
                badge,
                h("span", {}, `room ${roomId}`),
                h("span", {}, `session ${sessionId}`),
                extra && h("span", {}, `extra ${extra}`),
                what,
            ),
        ),
        drawn,
        told,
        h("div", { class: "beside" }, drawing, h("div", {}, h("details", { open: true }, summary, files), config)),
    );
    let seen = "";
    element.update = (recording) => {
        const key = JSON.stringify(recording);
        if (key === seen && recording.stopTime) return;
        const now = state.clock.timeMs + state.clock.aheadMs;
        drawn.replaceChildren(line(recording, now));
        say(told, phases(recording, now));
        if (key === seen) return;
        seen = key;
        say(badge, recording.state);
        badge.dataset.kind = recording.state;
        say(what, kind(recording.config));
        drawing.replaceChildren(
            picture(recording),
            h(
                "figcaption",
                {},
                `${size(recording.config).join("×")}, ${RENDER_MODES[recording.layout?.renderMode ?? recording.config.renderMode]}`,
            ),
        );
        say(summary, plural(recording.fileCount, "file"));
        list(files, recording.files, ({ fileName }) => fileName, file);
        config.replaceChildren(config.firstElementChild, body(JSON.stringify(recording.config)));
    };
    return element;
}

export function recordings(section) {
    const cards = h("div", { class: "cards wide" });
    const none = h("p", { class: "empty" }, "Nothing has been recorded: a start that is accepted makes a recording.");
    const more = h("p", { class: "empty" });
    section.append(none, cards, more);
    watch(({ recordings: { count, newest } }) => {
        list(cards, newest, ({ recordId }) => recordId, card);
        none.hidden = count > 0;
        more.hidden = count <= newest.length;
        say(more, `The newest ${newest.length} of ${plural(count, "recording")} are shown.`);
    });
    return () => {};
}
