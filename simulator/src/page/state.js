// What the simulator was when this page last looked, and how the page tells it to do something.
//
// The page asks again and again instead of holding a connection: browsers have six for each host, and eight tabs would
// wait for one another. A tab that nobody sees doesn't ask.

const ROOT = "/__simulator/";
const PAUSE_MS = 500;
const LIMIT_MS = 5000;
const NEWEST = 500;

const nothing = () => ({
    simulation: null,
    revision: 0,
    clock: null,
    requests: new Map(),
    callbacks: new Map(),
    rooms: { count: 0, first: {} },
    recordings: { count: 0, running: 0, newest: [] },
    faults: null,
    callbackUrls: { recording: null, room: null },
    reachable: true,
});

export let state = nothing();
const watchers = new Set();

/** `watcher` is called now, and whenever something has changed. */
export function watch(watcher) {
    watchers.add(watcher);
    watcher(state);
}

/** `body` is JSON. */
async function ask(method, path, body) {
    const request = { method, body, cache: "no-store", signal: AbortSignal.timeout(LIMIT_MS) };
    if (body !== undefined) request.headers = { "Content-Type": "application/json" };
    const response = await fetch(ROOT + path, request);
    const answer = response.status === 204 ? null : await response.json();
    if (!response.ok) throw new Error(answer.error);
    return answer;
}

export const read = (path) => ask("GET", path);

function merge(kept, { oldest, changed }) {
    for (const item of changed.toReversed()) kept.set(item.number, item);
    for (const number of kept.keys()) {
        if (number < oldest || kept.size > NEWEST) kept.delete(number);
        else break;
    }
}

/** What has changed; all there is where another simulator answers than before. */
async function readChanges() {
    const changes = await read(`changes?since=${state.revision}`);
    const isAnother = state.simulation !== changes.simulation;
    return isAnother && state.revision > 0 ? read("changes?since=0") : changes;
}

async function lookOnce() {
    const changes = await readChanges().catch(() => null);
    if (changes) {
        if (state.simulation !== changes.simulation) state = nothing();
        merge(state.requests, changes.requests);
        merge(state.callbacks, changes.callbacks);
        const { simulation, revision, clock, faults, callbackUrls } = changes;
        Object.assign(state, { simulation, revision, clock, faults, callbackUrls });
        if (changes.rooms) state.rooms = changes.rooms;
        if (changes.recordings) state.recordings = changes.recordings;
    }
    state.reachable = changes !== null;
    watchers.forEach((watcher) => watcher(state));
}

let looking = null;
let timer = 0;

/** Looks at what has changed, now. Only one look is under way at a time. */
function look() {
    looking ??= lookOnce().finally(() => {
        looking = null;
        clearTimeout(timer);
        if (!document.hidden) timer = setTimeout(look, PAUSE_MS);
    });
    return looking;
}

export function begin() {
    document.addEventListener("visibilitychange", () => document.hidden || look());
    look();
}

/** Has the simulator do something, tells what came of it in the line below, and shows what has changed. */
export const act = (method, path, body, done) =>
    actWith(method, path, body === undefined ? undefined : JSON.stringify(body), done);

/** Plays a scenario as it is written, so that mistakes are told with their line. */
export const play = (text, done) => actWith("POST", "scenario", text, done);

async function actWith(method, path, body, done) {
    try {
        await ask(method, path, body);
        notice(done);
    } catch (error) {
        notice(error.message, true);
        return false;
    }
    // One that was under way may have come too early.
    await looking;
    await look();
    return true;
}

export function notice(text, isError = false) {
    const line = document.getElementById("notice");
    line.textContent = text;
    line.classList.toggle("error", isError);
    line.classList.add("shown");
    clearTimeout(line.timer);
    line.timer = setTimeout(() => line.classList.remove("shown"), isError ? 10000 : 4000);
}
