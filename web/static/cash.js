// Trying another day or floor on the Cash page: a payment's mark is dragged along the timeline, and the server says what that would
// come to. Nothing is decided here; without this file the form below the picture does the same.
(() => {
  "use strict";
  const line = document.getElementById("timeline");
  const form = document.getElementById("what-if");
  if (!line || !form) return;

  const first = Date.parse(line.dataset.first + "T00:00:00Z");
  const last = Number(line.dataset.days) - 1;
  const width = line.viewBox.baseVal.width;
  const [item, day, floor] = ["item", "day", "floor"].map((name) => form.elements.namedItem(name)); // .item is a method
  const said = document.getElementById("tried");
  const answer = document.getElementById("answer");
  const fan = document.getElementById("fan");
  const dayMs = 86400000;
  const inWords = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  let left = Number(line.dataset.left), right = Number(line.dataset.right);

  const dayOf = (n) => new Date(first + n * dayMs);
  const iso = (n) => dayOf(n).toISOString().slice(0, 10);
  const xOf = (n) => width * (left + (right - left) * (last ? n / last : 0));
  const marks = [...line.querySelectorAll(".mark")];

  function place(mark, n) {
    mark.dataset.at = n;
    mark.setAttribute("transform", `translate(${xOf(n).toFixed(1)} ${mark.dataset.y})`);
    mark.setAttribute("aria-valuenow", n);
    mark.setAttribute("aria-valuetext", inWords.format(dayOf(n)));
    mark.classList.toggle("moved", n !== Number(mark.dataset.day));
  }

  // Only the last of several answers under way counts.
  let asking = null, waiting = 0, asked = 0;
  function ask() {
    const mine = line.dataset.asked = String(++asked);
    line.classList.add("busy");
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      asking?.abort();
      asking = new AbortController();
      try {
        const got = await fetch("/cash/try?" + new URLSearchParams(new FormData(form)), { signal: asking.signal, headers: { Accept: "application/json" } });
        if (got.redirected || !got.ok && got.status !== 400) throw new Error(String(got.status));
        show(await got.json());
      } catch (err) {
        if (err.name === "AbortError") return;
        tell("The server does not answer: reload the page.", true);
      }
      line.dataset.shown = mine;
      line.classList.toggle("busy", mine !== line.dataset.asked);
    }, 150);
  }

  function tell(text, bad) {
    said.textContent = text;
    said.hidden = text === "";
    said.classList.toggle("bad", bad);
  }

  function show(tried) {
    if (tried.error) return tell(tried.error, true);
    tell(tried.says, tried.bad);
    answer.hidden = !item.value || !answer.dataset.of;
    for (const [name, text] of Object.entries(tried.figures)) {
      const figure = document.querySelector(`[data-figure="${name}"]`);
      if (figure) figure.textContent = text;
    }
    fan.src = tried.fan;
    fan.alt = tried.alt;
    left = tried.left;
    right = tried.right;
    marks.forEach((m) => place(m, Number(m.dataset.at)));
  }

  // What is tried of a payment is one at a time: the others go back to their days.
  function tryDay(mark, n) {
    n = Math.min(Math.max(Math.round(n), 0), last);
    if (n === Number(mark.dataset.at)) return;
    marks.forEach((m) => m !== mark && place(m, Number(m.dataset.day)));
    place(mark, n);
    const moved = n !== Number(mark.dataset.day);
    item.value = moved ? mark.dataset.item : "";
    day.value = moved ? iso(n) : "";
    answer.hidden = true; // until the server says that it can be paid then
    answer.dataset.of = mark.dataset.answer;
    answer.href = mark.dataset.answer + "?day=" + iso(n) + "#answer";
    ask();
  }

  const keys = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 7, PageDown: -7, Home: -Infinity, End: Infinity };
  for (const mark of marks) {
    mark.setAttribute("role", "slider");
    mark.setAttribute("tabindex", "0");
    mark.setAttribute("aria-label", "Pay " + mark.dataset.name + " on");
    mark.setAttribute("aria-valuemin", 0);
    mark.setAttribute("aria-valuemax", last);
    const on = item.value === mark.dataset.item ? day.value : "";
    place(mark, on ? Math.min(Math.max(Math.round((Date.parse(on + "T00:00:00Z") - first) / dayMs), 0), last) : Number(mark.dataset.day));
    mark.addEventListener("keydown", (ev) => {
      const step = ev.key === "Escape" ? Number(mark.dataset.day) - Number(mark.dataset.at) : keys[ev.key];
      if (step === undefined) return;
      ev.preventDefault();
      tryDay(mark, Number(mark.dataset.at) + step);
    });
    mark.addEventListener("pointerdown", (ev) => {
      if (ev.button !== 0) return;
      ev.preventDefault();
      mark.focus();
      mark.setPointerCapture(ev.pointerId);
      mark.classList.add("held");
    });
    mark.addEventListener("pointermove", (ev) => {
      if (!mark.hasPointerCapture(ev.pointerId)) return;
      const box = line.getBoundingClientRect();
      tryDay(mark, ((ev.clientX - box.left) / box.width - left) / (right - left) * last);
    });
    for (const end of ["pointerup", "pointercancel"]) mark.addEventListener(end, () => mark.classList.remove("held"));
  }
  line.classList.add("live");
  document.getElementById("timeline-how").hidden = false;

  const slide = document.getElementById("floor-slide");
  slide.hidden = false;
  slide.addEventListener("input", () => { floor.value = slide.value; ask(); });
  floor.addEventListener("input", () => {
    const n = Number(floor.value.replaceAll(",", ""));
    if (floor.value !== "" && Number.isFinite(n)) slide.value = n;
    ask();
  });
})();
