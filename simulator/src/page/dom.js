// Elements without a string of HTML: whatever a client has sent stays text.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else if (value === true) element.setAttribute(name, "");
        else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
    return element;
}

export const h = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);

export const svg = (name, attributes = {}, ...children) =>
    fill(document.createElementNS(SVG, name), attributes, children);

// Sets what differs only: a reader who selects text or a screen reader that reads it isn't disturbed.
export function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

export function current(link, is) {
    if (is) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
}

// A button that does nothing now stays where it is, and keeps the focus that somebody has left on it.
export const enable = (button, is) => button.setAttribute("aria-disabled", String(!is));

addEventListener(
    "click",
    (event) => {
        if (event.target.closest('[aria-disabled="true"]')) event.stopImmediatePropagation();
    },
    true,
);

/**
 * Makes the children of `parent` stand for `items`, in their order. What was made for a key is kept, so that focus,
 * selection and half-typed text stay; `make(item)` makes an element, and its property `update(item)` follows a change.
 */
export function list(parent, items, key, make) {
    const made = (parent.made ??= new Map());
    const wanted = new Set(items.map(key));
    for (const [name, element] of made) {
        if (!wanted.has(name)) {
            element.remove();
            made.delete(name);
        }
    }
    let place = parent.firstElementChild;
    for (const item of items) {
        const name = key(item);
        let element = made.get(name);
        if (!element) {
            element = make(item);
            made.set(name, element);
        }
        element.update?.(item);
        if (element === place) place = place.nextElementSibling;
        else parent.insertBefore(element, place);
    }
}

// One tab stop for a whole list of links: the arrow keys go from one to the next, Enter opens.
export function arrows(parent) {
    const links = () => [...parent.querySelectorAll("a")];
    parent.addEventListener("keydown", (event) => {
        const all = links();
        const at = all.indexOf(document.activeElement);
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
        if (at < 0 || !all[to]) return;
        event.preventDefault();
        all[to].focus();
    });
    parent.addEventListener("focusin", (event) => stop(event.target));
    const stop = (current) => links().forEach((link) => link.setAttribute("tabindex", link === current ? "0" : "-1"));
    return () => {
        const all = links();
        if (all.length && !all.some((link) => link.getAttribute("tabindex") === "0")) stop(all[0]);
    };
}
