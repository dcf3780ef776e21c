// What the browser does by itself; everything else is HTML from the server, swapped in by htmx. No eval, no inline code.
(() => {
  "use strict";
  const root = document.documentElement;
  const year = 365 * 24 * 3600;
  const cookie = (name, value) => {
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${year}; samesite=strict`;
  };
  const text = (name) => document.body.dataset[name] || "";

  // Times are written by the server in the viewer's zone. It learns the zone here, at the first page, that of signing in.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  if (root.dataset.zone !== zone) {
    cookie("ordersaga-zone", zone);
    if (document.querySelector("time") && !sessionStorage.getItem("zone-told")) {
      sessionStorage.setItem("zone-told", "1");
      location.reload();
    }
  }

  // A live region is changed node by node where it differs, so that focus, selection and open menus stay.
  const sameKind = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || "") === (b.id || "");
  const morph = (old, fresh) => {
    if (!sameKind(old, fresh)) {
      old.replaceWith(fresh);
      return fresh;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return old;
    }
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    const from = [...fresh.childNodes];
    const to = [...old.childNodes];
    const byId = new Map(to.filter((node) => node.id).map((node) => [node.id, node]));
    from.forEach((node, index) => {
      const here = old.childNodes[index];
      const known = node.id ? byId.get(node.id) : undefined;
      if (known && known.parentNode === old && known !== here) old.insertBefore(known, here || null);
      const target = old.childNodes[index];
      if (target) morph(target, node);
      else old.appendChild(node);
    });
    while (old.childNodes.length > from.length) old.lastChild.remove();
    return old;
  };
  htmx.defineExtension("morph", {
    isInlineSwap: (style) => style === "morph",
    handleSwap: (style, target, fragment) => {
      if (style !== "morph") return false;
      const fresh = fragment.firstElementChild;
      if (!fresh) return [target];
      const changed = morph(target, fresh);
      dress(changed);
      return [changed];
    },
  });

  // A page that nobody looks at asks for nothing; one whose region did not change gets nothing.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const polls = event.detail.elt.hasAttribute("data-live");
    if (polls && (document.hidden || document.querySelector("dialog[open]"))) event.preventDefault();
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const region = event.detail.elt;
    if (region.hasAttribute("data-live")) {
      event.detail.headers["X-Page-Version"] = region.dataset.version || "";
      // What the page asks by itself keeps no session alive.
      event.detail.headers["X-Unattended"] = "true";
    }
  });
  const connection = (lost) => {
    for (const mark of document.querySelectorAll(".live")) {
      mark.classList.toggle("off", lost);
      mark.textContent = lost ? text("lost") : text("live");
    }
  };
  document.addEventListener("htmx:sendError", () => connection(true));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.elt.hasAttribute("data-live")) connection(true);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.elt.hasAttribute("data-live")) connection(false);
  });
  // Refusals are written into the dialog or the notices like any other answer.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status >= 400 && status < 600 && event.detail.xhr.getResponseHeader("X-Page-Part")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  const dialog = () => document.getElementById("dialog");
  document.addEventListener("htmx:afterSwap", (event) => {
    const box = dialog();
    if (box && event.detail.target.id === "dialog-content" && !box.open) box.showModal();
    // What was done is told for a while; what was refused stays until the next thing.
    const told = event.detail.target.id === "toasts" && event.detail.target.querySelector(".notice.is-ok");
    if (told) setTimeout(() => told.remove(), 9000);
    dress(event.detail.target);
  });

  // Something was done: the dialog goes before the live region hears of it, which asks for nothing while one is open.
  document.addEventListener("refresh", () => dialog() && dialog().open && dialog().close(), true);

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    const value = button.dataset.copyText || (source ? source.textContent : "");
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      const area = document.createElement("textarea");
      area.value = value;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const label = button.querySelector("[data-label]") || button;
    const before = label.textContent;
    label.textContent = text("copied");
    setTimeout(() => (label.textContent = before), 1500);
  };

  // Columns and saved filters are the viewer's own business: they stay in the browser.
  const stored = (key, fallback) => {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? fallback;
    } catch {
      return fallback;
    }
  };
  const columnsOff = () => stored("ordersaga.columns-off", ["mode", "attempts"]);
  const showColumns = (scope) => {
    const off = new Set(columnsOff());
    for (const cell of scope.querySelectorAll("[data-column]")) cell.classList.toggle("col-off", off.has(cell.dataset.column));
    for (const box of scope.querySelectorAll("[data-column-switch]")) box.checked = !off.has(box.dataset.columnSwitch);
  };
  const showViews = (scope) => {
    for (const list of scope.querySelectorAll("[data-saved-views]")) {
      list.replaceChildren();
      for (const [name, filter] of Object.entries(stored("ordersaga.views", {}))) {
        const row = document.createElement("div");
        row.className = "bar";
        const link = document.createElement("a");
        link.className = "grow";
        link.href = `/transactions?filter=${encodeURIComponent(filter)}`;
        link.textContent = name;
        link.title = filter;
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "button quiet small";
        remove.dataset.forgetView = name;
        remove.textContent = "×";
        remove.setAttribute("aria-label", `${text("forget")} ${name}`);
        row.append(link, remove);
        list.append(row);
      }
    }
  };
  const dress = (scope) => {
    if (!(scope instanceof Element)) return;
    const all = scope.parentElement || scope;
    showColumns(all);
    if (all.querySelector("[data-saved-views]")) showViews(all);
  };

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    let hit;
    if ((hit = at("[data-copy], [data-copy-text]"))) {
      copy(hit);
    } else if (at("[data-theme-switch]")) {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      cookie("ordersaga-theme", root.dataset.theme);
    } else if (at("[data-close-dialog]")) {
      dialog().close();
    } else if ((hit = at("[data-save-view]"))) {
      const name = document.getElementById("view-name");
      const filter = document.getElementById("filter");
      if (name.value.trim()) {
        const views = stored("ordersaga.views", {});
        views[name.value.trim().slice(0, 60)] = filter.value;
        localStorage.setItem("ordersaga.views", JSON.stringify(views));
        name.value = "";
        showViews(document.body);
      }
    } else if ((hit = at("[data-forget-view]"))) {
      const views = stored("ordersaga.views", {});
      delete views[hit.dataset.forgetView];
      localStorage.setItem("ordersaga.views", JSON.stringify(views));
      showViews(document.body);
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
  });
  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-column-switch]");
    if (box) {
      const off = new Set(columnsOff());
      if (box.checked) off.delete(box.dataset.columnSwitch);
      else off.add(box.dataset.columnSwitch);
      localStorage.setItem("ordersaga.columns-off", JSON.stringify([...off]));
      showColumns(document.body);
    }
  });
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !writing && document.getElementById("filter")) {
      event.preventDefault();
      document.getElementById("filter").focus();
    }
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open], .topbar details[open]")) {
        menu.removeAttribute("open");
        menu.querySelector("summary").focus();
      }
    }
  });

  showColumns(document.body);
  showViews(document.body);
})();
