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
  const told = `ordersaga-zone=${encodeURIComponent(zone)}`;
  if (root.dataset.zone !== zone && !document.cookie.includes(told)) {
    cookie("ordersaga-zone", zone);
    if (document.querySelector("time") && document.cookie.includes(told)) location.reload();
  }

  // A live region is changed node by node where it differs, so that focus, selection and open menus stay. What has an id
  // or a key is the same thing wherever it stands: a row does not become another one because one above it came or went.
  const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE && (node.id || node.dataset.key)) || "";
  const attributes = (old, fresh) => {
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  };
  const move = (parent, node, before) =>
    parent.moveBefore ? parent.moveBefore(node, before) : parent.insertBefore(node, before);
  const morph = (old, fresh) => {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return;
    }
    attributes(old, fresh);
    const wanted = new Set([...fresh.childNodes].map(keyOf));
    for (const node of [...old.childNodes]) if (keyOf(node) && !wanted.has(keyOf(node))) node.remove();
    const known = new Map([...old.childNodes].filter(keyOf).map((node) => [keyOf(node), node]));
    let here = old.firstChild;
    for (const node of [...fresh.childNodes]) {
      const key = keyOf(node);
      const twin = key ? known.get(key) : here;
      if (!twin || twin.nodeName !== node.nodeName || keyOf(twin) !== key) {
        old.insertBefore(node, here);
        continue;
      }
      known.delete(key);
      // Rather what stood between goes than that what stays is moved.
      while (here && here !== twin && !keyOf(here)) {
        const gone = here;
        here = here.nextSibling;
        gone.remove();
      }
      if (here === twin) here = here.nextSibling;
      else move(old, twin, here);
      morph(twin, node);
    }
    while (here) {
      const gone = here;
      here = here.nextSibling;
      gone.remove();
    }
  };

  // Nothing changes under a finger: between a press and its end a button stays what it was, so that none is lost and none
  // goes to something else. What came meanwhile is shown right after.
  let pressed = false;
  let waiting = null;
  const show = (region, fresh) => {
    morph(region, fresh);
    // At once: until htmx knows of what is new, pressing it would do nothing, or what was asked for there before.
    htmx.process(region);
  };
  const press = () => (pressed = true);
  const release = () =>
    setTimeout(() => {
      pressed = false;
      if (waiting && waiting.region.isConnected) show(waiting.region, waiting.fresh);
      waiting = null;
    });
  document.addEventListener("pointerdown", (event) => event.button === 0 && press(), true);
  document.addEventListener("keydown", (event) => event.key === " " && press(), true);
  for (const end of ["pointerup", "pointercancel", "keyup", "dragend"]) document.addEventListener(end, release, true);
  window.addEventListener("blur", release);
  // An end that nobody told of: let go outside of the window.
  document.addEventListener("pointermove", (event) => pressed && !event.buttons && release(), true);
  htmx.defineExtension("morph", {
    isInlineSwap: (style) => style === "morph",
    handleSwap: (style, target, fragment) => {
      if (style !== "morph") return false;
      const fresh = fragment.firstElementChild;
      if (fresh && pressed) waiting = { region: target, fresh };
      else if (fresh) show(target, fresh);
      return [];
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
    if (box && event.target.id === "dialog-content" && !box.open) box.showModal();
    // What was done is told for a while; what was refused stays until the next thing.
    const done = event.target.id === "toasts" && event.target.querySelector(".notice.is-ok");
    if (done) setTimeout(() => done.remove(), 9000);
  });

  // Something was done: the dialog goes before the live region hears of it, which asks for nothing while one is open.
  document.addEventListener("refresh", () => dialog() && dialog().open && dialog().close(), true);

  // What is shown once was just made: the page behind does not know of it yet.
  document.addEventListener("close", (event) => event.target.querySelector("#secret") && location.reload(), true);

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
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
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
})();
