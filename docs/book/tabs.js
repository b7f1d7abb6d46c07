// Tabs by language: one choice for all of the book, kept where the browser allows it.
(() => {
  const KEY = "rongcloud-recording-language";
  const groups = [...document.querySelectorAll(".tabs")];
  const kept = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const keep = (language) => { try { localStorage.setItem(KEY, language); } catch { /* private */ } };

  function choose(language) {
    for (const group of groups) {
      const names = [...group.querySelectorAll("[role=tab]")];
      // A group that lacks the language shows its first.
      const shown = names.some((name) => name.dataset.tab === language) ? language : names[0].dataset.tab;
      for (const name of names) {
        name.setAttribute("aria-selected", String(name.dataset.tab === shown));
        name.tabIndex = name.dataset.tab === shown ? 0 : -1;
      }
      for (const panel of group.querySelectorAll(".tab")) panel.classList.toggle("chosen", panel.dataset.tab === shown);
    }
  }

  for (const group of groups) {
    const names = [...group.querySelectorAll("[role=tab]")];
    group.addEventListener("click", (event) => {
      const name = event.target.closest("[role=tab]");
      if (!name) return;
      keep(name.dataset.tab);
      choose(name.dataset.tab);
    });
    group.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const at = names.indexOf(event.target);
      if (!step || at < 0) return;
      const next = names[(at + step + names.length) % names.length];
      next.focus();
      next.click();
    });
  }
  document.documentElement.classList.add("with-tabs");
  choose(kept());
})();
