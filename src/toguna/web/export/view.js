"use strict";
(() => {
  const say = JSON.parse(document.getElementById("said").textContent);
  const cards = JSON.parse(document.getElementById("cards").textContent);
  const svg = document.getElementById("map");
  if (svg) map();
  document.querySelectorAll("table").forEach(table);

  // The map is moved by its view box: what is seen of the drawing.
  function map() {
    const whole = svg.viewBox.baseVal;
    const full = { x: 0, y: 0, w: whole.width, h: whole.height };
    const seen = { ...full };
    const held = new Map();
    let moved = 0;
    const put = () => {
      seen.w = Math.min(full.w, Math.max(full.w / 40, seen.w));
      seen.h = (seen.w * full.h) / full.w;
      seen.x = Math.min(full.w - seen.w, Math.max(0, seen.x));
      seen.y = Math.min(full.h - seen.h, Math.max(0, seen.y));
      svg.setAttribute("viewBox", [seen.x, seen.y, seen.w, seen.h].map((one) => one.toFixed(1)).join(" "));
      const scale = Math.sqrt(seen.w / full.w);
      svg.querySelectorAll("circle[data-r]").forEach((one) => one.setAttribute("r", one.dataset.r * scale));
    };
    const at = (x, y) => {
      const box = svg.getBoundingClientRect();
      const unit = Math.min(box.width / seen.w, box.height / seen.h);
      const left = (box.width - seen.w * unit) / 2;
      const top = (box.height - seen.h * unit) / 2;
      return { x: seen.x + (x - box.left - left) / unit, y: seen.y + (y - box.top - top) / unit, unit };
    };
    const zoom = (by, x, y) => {
      const box = svg.getBoundingClientRect();
      const spot = at(x ?? box.left + box.width / 2, y ?? box.top + box.height / 2);
      const width = Math.min(full.w, Math.max(full.w / 40, seen.w * by));
      seen.x = spot.x - ((spot.x - seen.x) * width) / seen.w;
      seen.y = spot.y - ((spot.y - seen.y) * width) / seen.w;
      seen.w = width;
      put();
    };
    const move = (x, y) => { seen.x += x; seen.y += y; put(); };
    svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, event.clientX, event.clientY);
    }, { passive: false });
    svg.addEventListener("pointerdown", (event) => {
      held.set(event.pointerId, { x: event.clientX, y: event.clientY });
      moved = 0;
      svg.classList.add("held");
    });
    window.addEventListener("pointermove", (event) => {
      const last = held.get(event.pointerId);
      if (!last) return;
      const before = spread();
      const { unit } = at(0, 0);
      moved += Math.abs(event.clientX - last.x) + Math.abs(event.clientY - last.y);
      if (held.size === 1) move((last.x - event.clientX) / unit, (last.y - event.clientY) / unit);
      held.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (held.size === 2) zoom(before.size / spread().size, before.x, before.y);
    });
    const spread = () => {
      const [a, b = a] = [...held.values()];
      return { size: Math.hypot(a.x - b.x, a.y - b.y) || 1, x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    };
    for (const kind of ["pointerup", "pointercancel"])
      window.addEventListener(kind, (event) => {
        held.delete(event.pointerId);
        if (!held.size) svg.classList.remove("held");
      });
    svg.addEventListener("keydown", (event) => {
      const step = seen.w / 8;
      const keys = {
        ArrowLeft: () => move(-step, 0), ArrowRight: () => move(step, 0), ArrowUp: () => move(0, -step),
        ArrowDown: () => move(0, step), "+": () => zoom(0.7), "=": () => zoom(0.7), "-": () => zoom(1.4),
        0: () => { Object.assign(seen, full); put(); },
      };
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
    const click = (id, run) => document.getElementById(id).addEventListener("click", run);
    click("in", () => zoom(0.7));
    click("out", () => zoom(1.4));
    click("all", () => { Object.assign(seen, full); put(); });
    document.querySelectorAll("[data-layer]").forEach((box) =>
      box.addEventListener("change", () => {
        svg.getElementById(box.dataset.layer).style.display = box.checked ? "" : "none";
      }));
    const pick = document.getElementById("pick");
    pick.addEventListener("change", () => card(pick.value));
    svg.addEventListener("click", (event) => {
      const area = event.target.closest(".area");
      if (area && moved < 6) card((pick.value = area.dataset.code));
    });
  }

  function card(code) {
    const place = document.getElementById("card");
    svg.querySelectorAll(".on").forEach((one) => one.classList.remove("on"));
    place.replaceChildren();
    const area = [...svg.querySelectorAll(".area")].find((one) => one.dataset.code === code);
    if (!area) return;
    area.classList.add("on");
    const head = place.appendChild(document.createElement("h2"));
    head.textContent = `${area.dataset.name} (${code})`;
    place.appendChild(document.createElement("p")).textContent = area.querySelector("title").textContent;
    const list = place.appendChild(document.createElement("dl"));
    for (const [label, number] of cards[code] ?? []) {
      list.appendChild(document.createElement("dt")).textContent = label;
      list.appendChild(document.createElement("dd")).textContent = number;
    }
  }

  function table(one) {
    const body = one.tBodies[0];
    one.querySelectorAll("thead th button").forEach((button, at) =>
      button.addEventListener("click", () => {
        const head = button.parentElement;
        const down = head.getAttribute("aria-sort") === "ascending";
        one.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (row) => row.cells[at].dataset.v ?? row.cells[at].textContent;
        const rows = [...body.rows].sort((a, b) => {
          if (a.cells[at].className === "m" || b.cells[at].className === "m")
            return (a.cells[at].className === "m") - (b.cells[at].className === "m");
          const order = value(a).localeCompare(value(b), undefined, { numeric: true });
          return down ? -order : order;
        });
        body.append(...rows);
      }));
    const save = document.createElement("button");
    save.type = "button";
    save.className = "plain";
    save.textContent = say["Save as CSV"];
    save.addEventListener("click", () => {
      const cell = (text) => `"${(/^\s*[=+\-@]/.test(text) && !/^-[\d.,\s]+$/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
      const text = [...one.rows].map((row) => [...row.cells].map((each) => cell(each.textContent)).join(",")).join("\r\n");
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
      link.download = `${one.caption.textContent.trim()}.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
    one.closest("section").append(save);
  }
})();
