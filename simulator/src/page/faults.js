// Faults: what goes wrong next, and what still waits to.

import { enable, h, list, say } from "./dom.js";
import { plural, signed } from "./show.js";
import { act, play, state, watch } from "./state.js";

const held = () => [...state.requests.values()].filter(({ verdict }) => verdict === "held").length;
const lost = ({ loseCallbacks }) => loseCallbacks;
const times = (steps) => steps.reduce((sum, step) => sum + step.times, 0);

/** How much is still to go wrong. */
export const pending = ({ faults, clock }) =>
    times(faults.next) + times(faults.failures) + lost(faults) + held() + (clock.skewMs ? 1 : 0);

const step = ({ status, hold, padBytes, body }) =>
    [
        status ?? (body !== undefined ? 200 : hold || padBytes ? "" : "as usual"),
        hold && "held",
        padBytes && `${padBytes} bytes longer`,
    ]
        .filter(Boolean)
        .join(", ");

const button = (words, method, path, body, done) =>
    h("button", { onclick: () => act(method, path, body, done) }, words);

const replies = (status, more = {}) =>
    button(String(status), "POST", "next", { status, ...more }, `The next request is answered ${status}`);

function card(title, hint, ...content) {
    return h(
        "article",
        { class: "card", "aria-label": title },
        h("header", {}, h("h2", {}, title), h("p", { class: "hint" }, hint)),
        ...content,
    );
}

function next() {
    const waiting = h("ol", { class: "chips", "aria-label": "Replies to come" });
    const none = h("p", { class: "empty" }, "Requests are answered as usual.");
    const release = button("", "POST", "release", undefined, "The held replies are sent");
    const clear = button("Answer as usual", "PUT", "next", [], "Requests are answered as usual");
    watch(({ faults }) => {
        if (!faults) return;
        const steps = faults.next.flatMap((it) => Array(Math.min(it.times, 20)).fill(it)).slice(0, 50);
        list(
            waiting,
            steps.map((it, index) => [index, it]),
            ([index, it]) => index + step(it),
            ([, it]) => h("li", {}, step(it)),
        );
        none.hidden = steps.length > 0;
        enable(clear, steps.length);
        enable(release, held());
        say(release, `Send ${plural(held(), "held reply", "held replies")}`);
    });
    return card(
        "Next reply",
        "Each click adds one. A canned reply means that the request isn't looked at; a held one is carried out and its reply kept back.",
        h(
            "div",
            { class: "tools", role: "group", "aria-label": "Answer the next request with" },
            replies(429, { headers: { "Retry-After": "1" } }),
            replies(500),
            replies(503, { headers: { "Retry-After": "1" } }),
            button("Hold", "POST", "next", { hold: true }, "The next reply is held"),
        ),
        none,
        waiting,
        h("div", { class: "tools" }, release, clear),
    );
}

function delivery() {
    const facts = h("p", {});
    const lose = h("button", {}, "Lose the next");
    lose.addEventListener("click", () =>
        act("PUT", "callbacks/lose", { times: lost(state.faults) + 1 }, "One more callback will be lost"),
    );
    const keep = button("Lose none", "PUT", "callbacks/lose", { times: 0 }, "No callback is lost");
    const hold = h("button", {});
    const deliver = button("", "POST", "callbacks/deliver", undefined, "The held callbacks are delivered");
    const isHeld = () => state.faults.delivery.delivery === "held";
    hold.addEventListener("click", () => {
        const to = isHeld() ? "immediate" : "held";
        // What is lost is counted from when it is set, so that it can't be set again.
        act(
            "PUT",
            "callbacks",
            { ...state.faults.delivery, lose: [], shuffle: undefined, delivery: to },
            to === "held" ? "Callbacks are held" : "Callbacks are sent at once",
        );
    });
    watch(({ faults }) => {
        if (!faults) return;
        const words = isHeld()
            ? `Callbacks are held; ${faults.heldCallbacks} wait.`
            : "Callbacks are sent as they are made.";
        const losing = lost(faults) === 1 ? "The next one is lost." : `The next ${lost(faults)} are lost.`;
        say(facts, lost(faults) ? `${words} ${losing}` : words);
        enable(keep, lost(faults));
        enable(deliver, faults.heldCallbacks);
        say(deliver, `Deliver ${faults.heldCallbacks}`);
        say(hold, isHeld() ? "Send them at once" : "Hold them");
    });
    return card(
        "Callbacks",
        "A lost callback is listed and never sent.",
        facts,
        h("div", { class: "tools" }, lose, keep, hold, deliver),
    );
}

function failures() {
    const fails = (words, type) =>
        button(
            words,
            "PUT",
            "callbacks/failures",
            { type, code: 500, errorMessage: "Failed" },
            `The next callback of type ${type} tells of a failure`,
        );
    const facts = h("p", {});
    const clear = button("Tell no failure", "PUT", "callbacks/failures", [], "No failure is told");
    watch(({ faults }) => {
        if (!faults) return;
        const told = faults.failures.map(({ type, code, times }) => `type ${type}: code ${code}, ${times}×`);
        say(facts, told.join(" · ") || "All callbacks about recordings tell of success.");
        enable(clear, told.length);
    });
    return card(
        "Failures that callbacks tell of",
        "The next callback of a type tells of a failure; the recording itself goes on.",
        facts,
        h(
            "div",
            { class: "tools" },
            fails("The start fails", 1),
            fails("A slice fails", 2),
            fails("The end fails", 3),
            fails("An upload fails", 4),
            clear,
        ),
    );
}

function skew() {
    const facts = h("p", {});
    const set = (words, ms) =>
        button(
            words,
            "PUT",
            "skew",
            { ms },
            ms ? `The service's clock is ${signed(ms)} off` : "The service's clock is right",
        );
    watch(({ clock }) => {
        if (clock) say(facts, clock.skewMs ? `It is ${signed(clock.skewMs)} off.` : "It is right.");
    });
    return card(
        "The service's clock",
        "Timestamps are held against it, callbacks are signed with it, and every reply's Date tells it.",
        facts,
        h("div", { class: "tools" }, set("−10 min", -600_000), set("Right", 0), set("+10 min", 600_000)),
    );
}

function scenario() {
    const file = h("input", { type: "file", accept: ".json,application/json" });
    file.addEventListener("change", async () => {
        const [chosen] = file.files;
        if (!chosen) return;
        await play(await chosen.text(), `${chosen.name} is being played`);
        file.value = "";
    });
    return card(
        "Scenario",
        [
            "Rooms, and what happens when. What was done so far can be played again, here or with ",
            h("code", {}, "--scenario"),
            ".",
        ],
        h(
            "div",
            { class: "tools" },
            h("a", { href: "/__simulator/scenario", download: "scenario.json" }, "Download what was done so far"),
        ),
        h("label", {}, "Play a file ", file),
    );
}

export function faults(section) {
    section.append(h("div", { class: "cards" }, next(), delivery(), failures(), skew(), scenario()));
    return () => {};
}
