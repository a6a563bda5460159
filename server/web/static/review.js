// The review page: either side finds the other, keys work through the entries, selecting adds.
// Everything here is also possible without scripts, by links and forms.
"use strict";

(() => {
  const review = () => document.getElementById("review");
  const source = () => document.getElementById("source");
  const tools = document.getElementById("tools");
  const cards = () => [...document.querySelectorAll("#entries .entry")];
  const card = (id) => document.getElementById(`entry-${id}`);
  const length = (text) => [...text].length; // places count characters, not UTF-16 units
  let active = null;
  let pace = "instant"; // at first there is nothing to follow with the eye
  let chosen = null;

  function activate(id, { scrollSource = true, scrollCard = true } = {}) {
    for (const lit of document.querySelectorAll(".lit, .entry.active")) lit.classList.remove("lit", "active");
    active = id && card(id) ? String(id) : null;
    if (!active) return;
    card(active).classList.add("active");
    const marks = [...source().querySelectorAll("[data-e]")].filter((mark) => mark.dataset.e.split(" ").includes(`e${active}`));
    for (const mark of marks) mark.classList.add("lit");
    if (scrollSource && marks.length) centre(source(), marks[0]);
    if (scrollCard) reveal(card(active));
  }

  function centre(pane, element) {
    const inside = element.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
    pane.scrollTo({ top: inside - pane.clientHeight / 3, behavior: pace });
  }

  function reveal(element) {
    const pane = document.getElementById("entries");
    if (pane.scrollHeight > pane.clientHeight + 4) centre(pane, element);
    else element.scrollIntoView({ block: "center", behavior: pace });
  }

  function step(by, wanted = () => true) {
    const list = cards();
    let at = list.findIndex((each) => each.dataset.entry === active);
    if (at < 0) at = by > 0 ? -1 : list.length;
    for (at += by; at >= 0 && at < list.length; at += by) {
      if (wanted(list[at])) return activate(list[at].dataset.entry);
    }
  }

  function press(key) {
    if (!active) step(1);
    const button = active && card(active).querySelector(`[data-key="${key}"]`);
    if (!button) return;
    if (key === "s") {
      const edit = card(active).querySelector("details.edit");
      const field = edit.querySelector("[data-split]");
      const place = edit.querySelector("datalist option");
      edit.open = true;
      if (place && !field.value) field.value = place.value;
      field.focus();
      field.select();
      return;
    }
    if (key === "e") {
      const edit = card(active).querySelector("details.edit");
      edit.open = !edit.open;
      if (edit.open) edit.querySelector("textarea").focus();
      return;
    }
    if (key === "a" || (key === "d" && button.value === "drop")) onward = following();
    button.click();
  }

  let onward = null;
  function following() {
    const list = cards();
    const at = list.findIndex((each) => each.dataset.entry === active);
    return list[at + 1] ? list[at + 1].dataset.entry : null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { hideTools(); document.activeElement.blur(); return; }
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const help = document.getElementById("keys");
    if (event.key === "?") { if (help.open) help.close(); else help.showModal(); return; }
    if (help.open) return;
    const pressed = { c: "#review [data-finish]", n: "[data-next]" }[event.key];
    if (pressed) {
      const button = document.querySelector(pressed);
      if (button) { event.preventDefault(); button.click(); }
      return;
    }
    const moves = { j: () => step(1), k: () => step(-1), u: () => step(1, (each) => each.classList.contains("unsure")) };
    if (event.key === "z") {
      const undo = document.querySelector("#review [data-undo]");
      if (undo) { event.preventDefault(); undo.click(); }
      return;
    }
    if (moves[event.key]) { event.preventDefault(); moves[event.key](); return; }
    if ("adestm123".includes(event.key) && review().hasAttribute("data-editable")) {
      event.preventDefault();
      press(event.key);
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) { document.getElementById("keys").showModal(); return; }
    const link = event.target.closest("a[href^='#']");
    const to = link && /^#(entry|span|place|finding)-(\d+)$/.exec(link.getAttribute("href"));
    if (to) {
      event.preventDefault();
      if (to[1] === "entry" || to[1] === "span") activate(to[2]);
      else showFinding(to[2], to[1]);
      return;
    }
    const mark = event.target.closest("#source [data-e]");
    if (mark && mark.dataset.e && window.getSelection().isCollapsed) {
      activate(mark.dataset.e.split(" ").pop().slice(1), { scrollSource: false });
      return;
    }
    const held = event.target.closest(".entry");
    if (held && !event.target.closest("button, a, input, select, textarea, summary, label")) {
      activate(held.dataset.entry, { scrollCard: false });
    }
  });

  function showFinding(id, side) {
    const place = document.getElementById(`place-${id}`);
    const finding = document.getElementById(`finding-${id}`);
    for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
    finding.classList.add("lit");
    if (side === "place" && place) {
      centre(source(), place);
      const mark = place.nextElementSibling;
      if (mark) mark.classList.add("lit");
    } else reveal(finding);
  }

  // Selecting a stretch of the source.
  function selection() {
    const picked = window.getSelection();
    if (!picked.rangeCount || picked.isCollapsed) return null;
    const range = picked.getRangeAt(0);
    const pieces = [...source().querySelectorAll("[data-s]")].filter((piece) => range.intersectsNode(piece));
    if (!pieces.length) return null;
    const first = pieces[0];
    const last = pieces[pieces.length - 1];
    const start = Number(first.dataset.s) + (first.contains(range.startContainer) ? length(range.startContainer.textContent.slice(0, range.startOffset)) : 0);
    const end = Number(last.dataset.s) + (last.contains(range.endContainer) ? length(range.endContainer.textContent.slice(0, range.endOffset)) : length(last.textContent));
    return start < end ? { start, end, text: picked.toString().trim(), box: range.getBoundingClientRect(), first } : null;
  }

  function hideTools() { tools.hidden = true; chosen = null; }

  document.addEventListener("selectionchange", () => {
    if (window.getSelection().isCollapsed) hideTools();
  });
  document.addEventListener("pointerup", (event) => {
    if (event.target.closest("#tools")) return;
    window.setTimeout(() => {
      if (!review().hasAttribute("data-editable") || !event.target.closest("#source")) return;
      chosen = selection();
      if (!chosen) { hideTools(); return; }
      tools.querySelector("[data-tool=span]").hidden = !active;
      tools.querySelector("[data-tool=split]").hidden = !splittable();
      tools.hidden = false;
      const left = Math.min(chosen.box.left, document.documentElement.clientWidth - tools.offsetWidth - 8);
      tools.style.left = `${Math.max(8, left) + window.scrollX}px`;
      tools.style.top = `${Math.max(chosen.box.top - tools.offsetHeight - 8, 8) + window.scrollY}px`;
    }, 0);
  });

  function splittable() {
    const keys = (chosen.first.dataset.e || "").split(" ").filter(Boolean);
    const id = keys.length ? keys[keys.length - 1].slice(1) : null;
    const form = id && card(id) && card(id).querySelector("[data-split]");
    return form ? id : null;
  }

  tools.addEventListener("pointerdown", (event) => event.preventDefault());
  tools.addEventListener("click", (event) => {
    const tool = event.target.dataset.tool;
    if (!tool || !chosen) return;
    const { start, end, text } = chosen;
    if (tool === "split") {
      const id = splittable();
      const field = card(id).querySelector("[data-split]");
      field.value = start;
      active = id;
      field.form.querySelector("[value=split]").click();
    } else if (tool === "span") {
      const edit = card(active).querySelector("details.edit");
      if (!edit) return;
      edit.open = true;
      fill(edit.querySelector("form.full"), { start, end, text });
      reveal(edit);
    } else {
      const form = document.getElementById("add-form");
      fill(form, { kind: tool, heading: "auto", start, end, text });
      form.requestSubmit();
    }
    window.getSelection().removeAllRanges();
    hideTools();
  });

  function fill(form, values) {
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  }

  // A change redraws both panes; what the person looked at stays where it was.
  let places = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "review") return; // who else is here comes and goes quietly
    places = ["source", "entries"].map((id) => document.getElementById(id).scrollTop);
  });
  document.addEventListener("htmx:afterSettle", () => { // before it htmx still restores old classes
    if (!places) return;
    ["source", "entries"].forEach((id, number) => {
      const pane = document.getElementById(id);
      pane.scrollTop = places[number];
    });
    places = null;
    const at = onward || review().dataset.at || active;
    onward = null;
    const failed = document.querySelector("#review > .alert-danger, #review > .alert-warning[role=alert]");
    if (failed) { failed.scrollIntoView({ block: "center" }); return; }
    activate(at, { scrollSource: true, scrollCard: Boolean(at) });
  });
  document.addEventListener("htmx:sendError", () => window.alert(tools.dataset.offline));

  const asked = /^#(entry|span)-(\d+)$/.exec(window.location.hash);
  const first = cards().find((each) => each.classList.contains("unsure")) || cards()[0];
  if (asked) activate(asked[2]);
  else if (first) activate(first.dataset.entry, { scrollCard: false });
  pace = "smooth";
})();
