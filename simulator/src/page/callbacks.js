// Callbacks: each attempt, what the app answered, and sending it once more.

import { arrows, current, enable, h, list, say } from "./dom.js";
import { body } from "./json.js";
import { clock, duration, plural, precise } from "./show.js";
import { act, state, watch } from "./state.js";

const TYPES = { 1: "started", 2: "slice full", 3: "ended", 4: "uploaded" };
const EVENTS = { 1: "members", 2: "created", 3: "destroyed", 11: "joined", 12: "left", 20: "published" };

const event = ({ kind, body }) =>
    kind === "recording"
        ? `${kind} ${TYPES[body.type]}${body.code === 200 ? "" : `, code ${body.code}`}`
        : `${kind} ${EVENTS[body.event]}${body.userId ? ` ${body.userId}` : ""}`;

const answer = ({ status, error }) => (error ? error : String(status));

function row({ number }) {
    const cell = (name) => h("span", { class: name });
    const [time, badge, what, room, result, tries] = ["time", "badge", "path", "room", "summary", "took"].map(cell);
    const element = h(
        "li",
        {},
        h("a", { href: `#/callbacks/${number}`, tabindex: "-1" }, time, badge, what, tries, room, result),
    );
    element.update = (callback) => {
        const last = callback.attempts.at(-1);
        say(time, clock(callback.body.timestamp));
        say(badge, callback.state);
        badge.dataset.kind = callback.state;
        say(what, event(callback));
        say(room, callback.body.roomId ?? callback.body.channelId ?? "");
        say(result, last ? `the app answered ${answer(last)}` : "not sent");
        say(tries, callback.attempts.length > 1 ? `${callback.attempts.length}×` : "");
    };
    return element;
}

function attempt(it, index) {
    return h(
        "tr",
        {},
        h("td", {}, String(index + 1)),
        h("td", {}, precise(it.time)),
        h("td", {}, h("span", { class: "badge", "data-kind": it.status === 200 ? "delivered" : "failed" }, answer(it))),
        h("td", {}, duration(it.durationMs)),
        h("td", {}, it.answer && h("code", { class: "answer" }, it.answer)),
        h("td", {}, h("code", {}, it.headers.find(([name]) => name === "nonce")?.[1] ?? "")),
    );
}

function details(number) {
    const title = h("h2", {});
    const badge = h("span", { class: "badge" });
    const url = h("code", {});
    const attempts = h("tbody", {});
    const none = h("p", { class: "empty" }, "Not sent yet.");
    const text = h("div", {});
    const resend = (signature, words) => async () =>
        act("POST", `callbacks/${number}/resend`, { signature }, `Callback #${number} is sent once more, ${words}`);
    const same = h("button", { onclick: resend("same", "with the same bytes") }, "Resend the same bytes");
    const anew = h("button", { onclick: resend("new", "signed anew") }, "Resend signed anew");
    const element = h(
        "div",
        {},
        h(
            "header",
            {},
            h("a", { class: "back", href: "#/callbacks" }, "All callbacks"),
            title,
            h("p", { class: "meta" }, badge, h("span", {}, `#${number}`), url),
        ),
        h("div", { class: "tools" }, same, anew),
        h("h3", {}, "Attempts"),
        none,
        h(
            "div",
            { class: "scroll" },
            h(
                "table",
                {},
                h(
                    "thead",
                    {},
                    h(
                        "tr",
                        {},
                        ["", "Time", "The app answered", "Took", "Body", "Nonce"].map((it) =>
                            h("th", { scope: "col" }, it),
                        ),
                    ),
                ),
                attempts,
            ),
        ),
        h("h3", {}, "Body"),
        text,
    );
    let seen = "";
    let said = "";
    element.update = (callback) => {
        const key = JSON.stringify(callback);
        if (key === seen) return;
        seen = key;
        say(title, event(callback));
        say(badge, callback.state);
        badge.dataset.kind = callback.state;
        say(url, callback.url);
        none.hidden = callback.attempts.length > 0;
        attempts.parentElement.hidden = !callback.attempts.length;
        attempts.replaceChildren(...callback.attempts.map(attempt));
        const waits = ["held", "queued"].includes(callback.state);
        enable(same, !waits && callback.attempts.length);
        enable(anew, !waits);
        const told = JSON.stringify(callback.body);
        if (told !== said) text.replaceChildren(body(told));
        said = told;
    };
    return element;
}

function targets() {
    const input = (name) =>
        h("input", {
            type: "url",
            placeholder: "http://127.0.0.1:8080/…",
            "aria-label": `Where callbacks about ${name} go`,
        });
    const [recording, room] = [input("recordings"), input("rooms")];
    const set = (event) => {
        event.preventDefault();
        const body = { recording: recording.value || null, room: room.value || null };
        act("PUT", "callbacks/urls", body, "Future callbacks go there");
    };
    let seen = "";
    watch(({ callbackUrls }) => {
        const key = JSON.stringify(callbackUrls);
        if (key === seen) return;
        seen = key;
        recording.value = callbackUrls.recording ?? "";
        room.value = callbackUrls.room ?? "";
    });
    return h(
        "form",
        { class: "targets", "aria-label": "Where callbacks go", onsubmit: set },
        h("label", {}, h("span", {}, "About recordings to"), recording),
        h("label", {}, h("span", {}, "About rooms to"), room),
        h("button", {}, "Set"),
    );
}

export function callbacks(section) {
    const all = h("ol", { class: "list callbacks", "aria-label": "Callbacks, newest first" });
    const tabStop = arrows(all);
    const none = h("p", { class: "empty" });
    const panel = h("article", { class: "detail", "aria-label": "Callback" });
    const deliver = h("button", {
        onclick: () => act("POST", "callbacks/deliver", undefined, "The held callbacks are delivered"),
    });
    const forget = h(
        "button",
        { onclick: () => act("DELETE", "callbacks", undefined, "The callbacks are forgotten") },
        "Forget all",
    );
    section.append(
        h("div", { class: "master" }, targets(), h("div", { class: "tools" }, deliver, forget), none, all),
        panel,
    );
    let chosen = 0;
    const draw = () => {
        list(all, [...state.callbacks.values()].reverse(), (it) => it.number, row);
        for (const [number, element] of all.made) current(element.firstElementChild, number === chosen);
        tabStop();
        none.hidden = state.callbacks.size > 0;
        const { recording, room } = state.callbackUrls;
        say(
            none,
            recording || room
                ? "No callback yet."
                : "Callbacks go nowhere yet: say where above, or with --callback-url.",
        );
        const held = state.faults?.heldCallbacks ?? 0;
        enable(deliver, held);
        say(deliver, `Deliver ${plural(held, "held callback")}`);
        const shown = state.callbacks.get(chosen);
        list(
            panel,
            shown ? [shown] : [{ number: 0 }],
            (it) => it.number,
            ({ number }) =>
                number ? details(number) : h("p", { class: "empty" }, "Choose a callback to see its attempts."),
        );
    };
    watch(draw);
    return (number) => {
        chosen = Number(number) || 0;
        section.classList.toggle("chosen", chosen > 0);
        draw();
    };
}
