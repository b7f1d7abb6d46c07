// The page: which section is shown, and what the head says.

import { current, say } from "./dom.js";
import { callbacks } from "./callbacks.js";
import { faults, pending } from "./faults.js";
import { recordings } from "./recordings.js";
import { requests } from "./requests.js";
import { rooms } from "./rooms.js";
import { clock, signed } from "./show.js";
import { begin, watch } from "./state.js";

const SECTIONS = { requests, rooms, recordings, callbacks, faults };
const at = (id) => document.getElementById(id);
const choose = Object.fromEntries(Object.entries(SECTIONS).map(([name, make]) => [name, make(at(name))]));

// The address says what is shown, so that a reload and the browser's way back keep it.
function show() {
    const [, name = "", item] = location.hash.split("/");
    const shown = name in SECTIONS ? name : "requests";
    for (const other of Object.keys(SECTIONS)) {
        at(other).hidden = other !== shown;
        current(document.querySelector(`nav a[href="#/${other}"]`), other === shown);
    }
    document.title = `${shown} · RongCloud simulator`;
    choose[shown](item);
}

watch((state) => {
    say(at("count-requests"), String(state.requests.size || ""));
    say(at("count-rooms"), String(state.rooms.count || ""));
    say(at("count-recordings"), String(state.recordings.count || ""));
    say(at("count-callbacks"), String(state.callbacks.size || ""));
    say(at("count-faults"), String((state.faults && pending(state)) || ""));
    const connection = at("connection");
    say(connection, state.reachable ? (state.clock ? "live" : "connecting") : "The simulator doesn't answer");
    connection.dataset.kind = state.reachable ? "live" : "gone";
    if (!state.clock) return;
    const { timeMs, aheadMs, skewMs } = state.clock;
    say(at("clock"), clock(timeMs));
    at("ahead-fact").hidden = !aheadMs;
    say(at("ahead"), signed(aheadMs));
    at("skew-fact").hidden = !skewMs;
    say(at("skew"), signed(skewMs));
});

addEventListener("hashchange", show);
show();
begin();
