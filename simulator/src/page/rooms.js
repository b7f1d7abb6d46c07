// Rooms: who is in them, and the time that passes there.

import { h, list, say } from "./dom.js";
import { clock, day, id, plural } from "./show.js";
import { act, watch } from "./state.js";

const streams = (userId, audio, video) =>
    [audio && 0, video && 1]
        .filter((it) => it !== false)
        .map((mediaType) => ({ streamId: `${userId}_RongCloudRTC`, mediaType }));

function member(roomId) {
    return ({ userId }) => {
        const joined = h("td", {});
        const leave = async () => {
            const card = element.closest("article");
            await act("DELETE", `rooms/${id(roomId)}/members/${id(userId)}`, undefined, `${userId} has left ${roomId}`);
            // The button that had the focus has gone.
            card.querySelector("input").focus();
        };
        const publishes = h("td", {});
        const element = h(
            "tr",
            {},
            h("th", { scope: "row" }, userId),
            publishes,
            joined,
            h(
                "td",
                { class: "end" },
                h(
                    "button",
                    {
                        "aria-label": `${userId} leaves ${roomId}`,
                        onclick: leave,
                    },
                    "Leave",
                ),
            ),
        );
        element.update = ({ joinTime, streams }) => {
            say(joined, joinTime ? clock(joinTime) : "");
            joined.title = joinTime ? day(joinTime) : "";
            say(publishes, streams.map(({ mediaType }) => (mediaType ? "video" : "audio")).join(", ") || "nothing");
        };
        return element;
    };
}

function room([roomId]) {
    const session = h("code", {});
    const since = h("span", {});
    const members = h("tbody", {});
    const nobody = h("p", { class: "empty" }, "Nobody is here.");
    const user = h("input", {
        required: true,
        autocomplete: "off",
        placeholder: "user id",
        "aria-label": `Who joins ${roomId}`,
    });
    const audio = h("input", { type: "checkbox", checked: true });
    const video = h("input", { type: "checkbox", checked: true });
    const join = async (event) => {
        event.preventDefault();
        const userId = user.value;
        const body = { streams: streams(userId, audio.checked, video.checked) };
        if (await act("PUT", `rooms/${id(roomId)}/members/${id(userId)}`, body, `${userId} has joined ${roomId}`))
            user.value = "";
    };
    const remove = async () => {
        await act("DELETE", `rooms/${id(roomId)}`, undefined, `${roomId} is removed`);
        document.getElementById("main").focus();
    };
    const element = h(
        "article",
        { class: "card", "aria-label": `Room ${roomId}` },
        h("header", {}, h("h2", {}, roomId), h("p", { class: "meta" }, h("span", {}, "session ", session), since)),
        nobody,
        h(
            "table",
            {},
            h(
                "thead",
                {},
                h(
                    "tr",
                    {},
                    ["Member", "Publishes", "Joined", ""].map((it) => h("th", { scope: "col" }, it)),
                ),
            ),
            members,
        ),
        h(
            "form",
            { class: "tools", onsubmit: join },
            user,
            h("label", {}, audio, " audio"),
            h("label", {}, video, " video"),
            h("button", { class: "main" }, "Join"),
        ),
        h(
            "div",
            { class: "tools" },
            h(
                "button",
                { onclick: () => act("POST", `rooms/${id(roomId)}/sync`, undefined, `${roomId} was told again`) },
                "Tell members again",
            ),
            h("button", { class: "danger", onclick: remove }, "Remove the room"),
        ),
    );
    element.update = ([, { sessionId, createTime, members: present }]) => {
        say(session, sessionId);
        say(since, createTime ? `since ${clock(createTime)}` : "");
        list(members, present, ({ userId }) => userId, member(roomId));
        nobody.hidden = present.length > 0;
        members.parentElement.hidden = !present.length;
    };
    return element;
}

const STEPS = [
    ["+1 min", 60_000],
    ["+30 min", 1_800_000],
    ["+1 h", 3_600_000],
    ["+1 day", 86_400_000],
];

export function rooms(section) {
    const cards = h("div", { class: "cards" });
    const none = h("p", { class: "empty" }, "There is no room.");
    const more = h("p", { class: "empty" });
    const roomId = h("input", { required: true, autocomplete: "off", placeholder: "room id", "aria-label": "Room id" });
    const sessionId = h("input", {
        required: true,
        autocomplete: "off",
        placeholder: "session id",
        "aria-label": "Session id",
    });
    const create = async (event) => {
        event.preventDefault();
        const name = roomId.value;
        if (await act("PUT", `rooms/${id(name)}`, { sessionId: sessionId.value }, `${name} is there`))
            event.target.reset();
    };
    section.append(
        h(
            "div",
            { class: "tools bar" },
            h(
                "form",
                { class: "tools", "aria-label": "New room", onsubmit: create },
                roomId,
                sessionId,
                h("button", { class: "main" }, "Create the room"),
            ),
            h(
                "div",
                { class: "tools", role: "group", "aria-label": "Time in rooms and recordings" },
                h("span", { class: "hint" }, "Time passes"),
                STEPS.map(([name, advanceMs]) =>
                    h(
                        "button",
                        {
                            onclick: () =>
                                act("POST", "clock", { advanceMs }, `The time in rooms has moved by ${name}`),
                        },
                        name,
                    ),
                ),
            ),
        ),
        none,
        cards,
        more,
    );
    watch((state) => {
        const all = Object.entries(state.rooms.first);
        list(cards, all, ([name]) => name, room);
        none.hidden = all.length > 0;
        more.hidden = state.rooms.count <= all.length;
        say(more, `The first ${all.length} of ${plural(state.rooms.count, "room")} are shown.`);
    });
    return () => {};
}
