// Requests: what came, what was answered, and why it was refused, beside the body.

import { arrows, current, h, list, say } from "./dom.js";
import { body } from "./json.js";
import { clock, day, duration, precise } from "./show.js";
import { act, read, state, watch } from "./state.js";

const summary = ({ verdict, status, why, recordId }) => {
    if (verdict === "scripted") return `answered ${status} as scripted`;
    return why ?? (recordId ? `recordId ${recordId}` : "");
};

const codes = ({ verdict, status, code, answerStatus }) =>
    verdict === "refused" ? `${status}/${code}` : verdict === "held" ? "" : String(answerStatus ?? "");

function row({ number }) {
    const cell = (name) => h("span", { class: name });
    const cells = { time: cell("time"), verdict: cell("badge"), path: cell("path"), codes: cell("codes") };
    const more = { took: cell("took"), room: cell("room"), why: cell("summary") };
    const link = h(
        "a",
        { href: `#/requests/${number}`, tabindex: "-1" },
        ...Object.values(cells),
        ...Object.values(more),
    );
    const element = h("li", {}, link);
    element.update = (request) => {
        say(cells.time, clock(request.time));
        say(cells.verdict, request.verdict);
        cells.verdict.dataset.kind = request.verdict;
        say(cells.path, `${request.method} ${request.path}`);
        say(cells.codes, codes(request));
        say(more.took, duration(request.durationMs));
        say(more.room, request.roomId ?? "");
        say(more.why, summary(request));
    };
    return element;
}

function details(request) {
    const inHeaders = request.problems.filter(({ part }) => part === "header");
    const inBody = request.problems.filter(({ part }) => part === "body");
    const wrongNames = new Set(inHeaders.map(({ path }) => path.toLowerCase()));
    const isWrong = (name) => wrongNames.has(name) || wrongNames.has(name.replace(/^rc-/, ""));
    return [
        h(
            "header",
            {},
            h("a", { class: "back", href: "#/requests" }, "All requests"),
            h("h2", {}, `${request.method} ${request.path}`),
            h(
                "p",
                { class: "meta" },
                h("span", { class: "badge", "data-kind": request.verdict }, request.verdict),
                h("span", {}, `#${request.number}`),
                h("time", { title: day(request.time) }, precise(request.time)),
                h("span", {}, duration(request.durationMs)),
                h("span", {}, `connection ${request.connection}`),
            ),
        ),
        request.verdict === "refused" &&
            h(
                "div",
                { class: "refusal" },
                h("h3", {}, "Why it was refused"),
                request.problems.length
                    ? h(
                          "ul",
                          {},
                          request.problems.map(({ path, sentence }) => h("li", {}, h("code", {}, path), " ", sentence)),
                      )
                    : h("p", {}, request.why),
            ),
        h("h3", {}, "Body"),
        request.body ? body(request.body, inBody) : h("p", { class: "empty" }, "none"),
        h("h3", {}, "Answer", request.answer && h("span", { class: "codes" }, ` ${request.answer.status}`)),
        request.answer?.body
            ? body(request.answer.body)
            : h("p", { class: "empty" }, request.answer ? "without a body" : "none: the client had left"),
        h("h3", {}, "Headers"),
        h(
            "table",
            { class: "headers" },
            h(
                "tbody",
                {},
                request.headers.map(([name, value]) =>
                    h(
                        "tr",
                        isWrong(name) ? { class: "wrong" } : {},
                        h("th", { scope: "row" }, name),
                        h("td", {}, value),
                    ),
                ),
                inHeaders
                    .filter(
                        ({ path }) =>
                            !request.headers.some(([name]) => name.replace(/^rc-/, "") === path.toLowerCase()),
                    )
                    .map(({ path, sentence }) =>
                        h(
                            "tr",
                            { class: "wrong" },
                            h("th", { scope: "row" }, path.toLowerCase()),
                            h("td", {}, sentence),
                        ),
                    ),
            ),
        ),
    ];
}

export function requests(section) {
    const all = h("ol", { class: "list requests", "aria-label": "Requests, newest first" });
    const tabStop = arrows(all);
    const none = h("p", { class: "empty" });
    const panel = h("article", { class: "detail", "aria-label": "Request" });
    const filter = h(
        "select",
        { "aria-label": "Which requests", onchange: () => draw() },
        ["all", "accepted", "refused", "scripted", "held", "abandoned"].map((it) => h("option", { value: it }, it)),
    );
    const forget = h(
        "button",
        { onclick: () => act("DELETE", "requests", undefined, "The requests are forgotten") },
        "Forget all",
    );
    section.append(
        h("div", { class: "master" }, h("div", { class: "tools" }, h("label", {}, "Show ", filter), forget), none, all),
        panel,
    );
    const told = (...words) => panel.replaceChildren(h("p", { class: "empty" }, ...words));
    let asked = "";

    // The list has no bodies: what is chosen is read when it is, and again when it has changed.
    async function open(number) {
        const line = state.requests.get(number);
        const key = JSON.stringify([state.simulation, number, line?.verdict, line?.durationMs]);
        if (key === asked) return;
        asked = key;
        if (!line) return told(number ? `Request #${number} isn't kept.` : "Choose a request to see it whole.");
        try {
            const request = await read(`requests/${number}`);
            if (asked === key) panel.replaceChildren(...details(request).filter(Boolean));
        } catch (error) {
            if (asked === key) told(error.message);
        }
    }

    let chosen = 0;
    function draw() {
        const wanted = [...state.requests.values()].filter(
            (it) => filter.value === "all" || it.verdict === filter.value,
        );
        list(all, wanted.reverse(), (it) => it.number, row);
        for (const [number, element] of all.made) {
            current(element.firstElementChild, number === chosen);
        }
        tabStop();
        none.hidden = wanted.length > 0;
        say(none, state.requests.size ? "None of these." : `No request yet. Point a client at ${location.origin}.`);
        open(chosen);
    }
    watch(draw);
    return (number) => {
        chosen = Number(number) || 0;
        section.classList.toggle("chosen", chosen > 0);
        draw();
    };
}
