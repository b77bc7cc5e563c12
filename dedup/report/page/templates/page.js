"use strict";
// Filter, sort, search and colours. The page is whole without it; nothing here makes markup.
(() => {
  const root = document.documentElement;
  root.classList.add("has-script");
  const themes = ["auto", "dark", "light"];
  const remembered = () => { try { return localStorage.getItem("dedup-theme"); } catch { return null; } };
  const remember = (theme) => { try { localStorage.setItem("dedup-theme", theme); } catch { /* private window */ } };
  const wear = (theme) => {
    if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
    const button = document.querySelector("[data-theme-toggle]");
    if (!button) return;
    button.querySelector("[data-theme-name]").textContent = theme;
    button.setAttribute("aria-label", "Colours: " + (theme === "auto" ? "as the system has them" : theme));
  };
  const nextTheme = () => {
    const theme = themes[(themes.indexOf(root.dataset.theme || "auto") + 1) % themes.length];
    wear(theme);
    remember(theme);
  };
  wear(themes.includes(remembered()) ? remembered() : "auto");

  const compare = (one, other) => {
    const [x, y] = [Number(one), Number(other)];
    return one !== "" && other !== "" && !Number.isNaN(x) && !Number.isNaN(y)
      ? x - y : String(one).localeCompare(String(other));
  };
  const sortBy = (list, key, direction) => {
    const items = [...list.querySelectorAll(":scope > [data-item]")];
    items.sort((a, b) => direction * compare(a.dataset[key] || "", b.dataset[key] || ""));
    list.append(...items);
  };

  const control = (form) => {
    const list = document.getElementById(form.dataset.controls);
    const items = [...list.querySelectorAll(":scope > [data-item]")];
    const search = form.querySelector("[data-search]");
    const choices = [...form.querySelectorAll("[data-match]")];
    const tally = form.querySelector(".tally");
    const apply = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      for (const item of items) {
        const fits = words.every((word) => item.dataset.text.includes(word)) &&
          choices.every(({ value, dataset }) => {
            const own = item.dataset[dataset.match] || "";
            return !value || own === value || (dataset.match === "kinds" && own.split(" ").includes(value));
          });
        item.hidden = !fits;
        left += fits;
      }
      tally.textContent = left === items.length ? `all ${left}` : `${left} of ${items.length}`;
    };
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", apply);
    form.addEventListener("change", apply);
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      search.value = "";
      apply();
    });
    const order = form.querySelector("[data-order]");
    if (order) order.addEventListener("change", () => sortBy(list, order.value, 1));
    for (const button of form.querySelectorAll("[data-doors]")) {
      button.addEventListener("click", () => {
        for (const item of items) if (!item.hidden) item.open = button.dataset.doors === "open";
      });
    }
    apply();
  };

  const makeSortable = (table) => {
    for (const head of table.querySelectorAll("th[data-key]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const descending = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        sortBy(table.tBodies[0], head.dataset.key, descending ? -1 : 1);
      });
    }
  };

  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.matches("details")) return;
    target.hidden = false;
    target.open = true;
    target.querySelector("summary").focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  };

  const step = (direction) => {
    const stops = [...document.querySelectorAll("[data-item]")].filter((item) => item.offsetParent !== null)
      .map((item) => item.querySelector(":scope > summary") || item);
    const here = document.activeElement.closest("[data-item]");
    const from = here ? stops.indexOf(here.querySelector(":scope > summary") || here) : -1;
    const seen = from >= 0 ? from + direction
      : stops.findIndex((stop) => stop.getBoundingClientRect().top > 0);
    const stop = stops[Math.max(0, Math.min(stops.length - 1, seen))];
    if (!stop) return;
    if (!stop.matches("summary")) stop.tabIndex = -1;
    stop.focus();
    stop.scrollIntoView({ block: "nearest" });
  };
  const nearestSearch = () => {
    const fields = [...document.querySelectorAll("[data-search]")];
    const middle = innerHeight / 2;
    const away = (field) => Math.abs(field.closest("section").getBoundingClientRect().top - middle);
    const here = document.activeElement.closest("section");
    const field = (here && here.querySelector("[data-search]")) || fields.sort((a, b) => away(a) - away(b))[0];
    if (field) field.focus();
  };
  const keys = { "/": nearestSearch, j: () => step(1), k: () => step(-1), t: nextTheme };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  document.addEventListener("DOMContentLoaded", () => {
    wear(root.dataset.theme || "auto");
    document.querySelector("[data-theme-toggle]").addEventListener("click", nextTheme);
    document.querySelectorAll("[data-controls]").forEach(control);
    document.querySelectorAll("table.sortable").forEach(makeSortable);
    const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
    const watcher = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) {
        if (!isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        const link = links.get(target.id);
        if (link) link.setAttribute("aria-current", "true");
      }
    }, { rootMargin: "-20% 0px -75% 0px" });
    document.querySelectorAll("main > section").forEach((section) => watcher.observe(section));
    window.addEventListener("hashchange", reveal);
    reveal();
  });
})();
