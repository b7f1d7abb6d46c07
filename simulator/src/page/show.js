// How values are written.

const two = (number) => String(number).padStart(2, "0");

export function clock(ms) {
    const date = new Date(ms);
    return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export const precise = (ms) => `${clock(ms)}.${String(ms % 1000).padStart(3, "0")}`;

export const day = (ms) => new Date(ms).toLocaleString();

export function duration(ms) {
    if (ms === null || ms === undefined) return "";
    if (ms < 1000) return `${ms} ms`;
    if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
    const parts = (big, bigName, small, smallName) => `${big} ${bigName}` + (small ? ` ${small} ${smallName}` : "");
    const minutes = Math.floor(ms / 60_000);
    if (minutes < 60) return parts(minutes, "min", Math.floor(ms / 1000) % 60, "s");
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return parts(hours, "h", minutes % 60, "min");
    return parts(Math.floor(hours / 24), "days", hours % 24, "h");
}

export const signed = (ms) => (ms < 0 ? "−" : "+") + duration(Math.abs(ms));

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** A room, user or the like in a path of the control API. */
export const id = encodeURIComponent;

/** Text as JSON where it is. */
export function parsed(text) {
    try {
        return { value: JSON.parse(text) };
    } catch {
        return null;
    }
}
