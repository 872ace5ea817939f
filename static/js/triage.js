// Moves the focus and clicks buttons; what is decided, the server decides. Without this file every button is a form.
(() => {
  const region = document.getElementById("triage");
  if (!region) return;

  const RETRY_SECONDS = 3;
  const KEPT = "keyway.press"; // a press that met a closed session, kept for the same person to send again
  const say = (text) => { region.querySelector("[role=status]").textContent = text; };
  const keys = JSON.parse(region.dataset.keys); // what is pressed → the letter that the page means by it
  const rows = () => [...region.querySelectorAll("tr[data-pair]")];
  const current = () => region.querySelector("tr[aria-current=true]");
  const named = (pair) => region.querySelector(`tr[data-pair="${CSS.escape(pair)}"]`);
  const detail = (row) => row.nextElementSibling;
  const isOpen = (row) => row.dataset.state === "open" && !row.dataset.saving;

  // Which row is current ------------------------------------------------------------------------------------------

  /** Make `row` current and keep it where the eye is: at the height of the row that was current before. */
  function select(row, { focus = true } = {}) {
    if (!row) return;
    const before = current();
    const height = before?.getBoundingClientRect().top;
    for (const each of rows()) {
      const here = each === row;
      each.tabIndex = here ? 0 : -1;
      here ? each.setAttribute("aria-current", "true") : each.removeAttribute("aria-current");
      detail(each).hidden = !here;
    }
    if (focus) row.focus({ preventScroll: true });
    if (before && before !== row && height > 0 && height < innerHeight) {
      scrollBy({ top: row.getBoundingClientRect().top - height, behavior: "instant" });
    }
    row.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  const step = (by) => select(rows()[rows().indexOf(current()) + by]);

  /** On to the next open row below, else to the first open one, else stay. */
  function onward(row) {
    const all = rows();
    select([...all.slice(all.indexOf(row) + 1), ...all].find((each) => each !== row && isOpen(each)) ?? row);
    count();
  }

  function count() {
    document.getElementById("open-count").textContent = rows().filter(isOpen).length;
  }

  // Sending: one decision of a row at a time, the next waits for its answer ----------------------------------------

  const waiting = new Map(); // pair → what to do when its answer is here
  const sending = () => region.querySelectorAll("tr[data-saving], form[data-saving]").length > 0;
  const afterAll = [];

  function whenAnswered(row, act) {
    if (!row.dataset.saving) return act(row);
    const pair = row.dataset.pair;
    waiting.set(pair, [...(waiting.get(pair) ?? []), act]);
  }

  function answered(row, ok) {
    delete row.dataset.saving;
    const queue = waiting.get(row.dataset.pair) ?? [];
    if (!ok) waiting.delete(row.dataset.pair);
    else while (queue.length && !row.dataset.saving) queue.shift()(row);
    settle();
  }

  function settle() {
    count();
    document.getElementById("saving").hidden = !sending();
    if (!sending()) afterAll.shift()?.();
  }

  /** Show at once what the button will make of the row; the server's answer has the last word. */
  function foresee(row, button) {
    row.dataset.saving = button?.dataset.becomes ?? row.dataset.state;
    const mark = document.getElementById(`state-${row.dataset.saving}`);
    const cell = row.querySelector("td.state");
    row.before_ = [...cell.childNodes];
    if (mark && button?.dataset.becomes) cell.replaceChildren(mark.content.cloneNode(true));
    document.getElementById("saving").hidden = false;
  }

  function click(row, key) {
    const button = row.querySelector(`button[data-key="${key}"]`) ?? detail(row).querySelector(`button[data-key="${key}"][form]`);
    if (!button) return false;
    button.click();
    return true;
  }

  function decide(row, key) {
    whenAnswered(row, (now) => {
      if (!click(now, key)) return say(`${now.dataset.name}: ${key.toUpperCase()} does nothing while it is ${now.dataset.state}.`);
      if (key in { a: 1, b: 1, n: 1, e: 1 }) ask(now);
    });
    if (key === "x" || key === "u") onward(row);
  }

  const rowOf = (form) => form.dataset.row ? document.getElementById(form.dataset.row) : form.closest("tr[data-pair]");

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement, row = rowOf(form), button = ctx.request.submitter;
    if (!form.matches("form[data-decides]")) return;
    form.submitter_ = button;
    row ? foresee(row, button) : (form.dataset.saving = "true");
    row?.querySelector(".row-message")?.remove();
    settle();
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement;
    const status = ctx.response?.status ?? 0;
    const id = ctx.row_ ?? rowOf(form)?.id ?? (ctx.target?.matches?.("tr[data-pair]") ? ctx.target.id : null);
    const row = id && document.getElementById(id);
    if (!row && !form.dataset?.saving) return;
    if (form.dataset) delete form.dataset.saving;
    if (row && [0, 401, 404, 413, 429].includes(status) || status >= 500) unsaved(row, form, status, ctx);
    if (row) answered(row, status === 200);
    settle();
    if (row?.isConnected && row.contains(document.activeElement) === false && document.activeElement === document.body) select(row);
  });

  // A swapped row has lost what only this page knows: which one is current.
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!current() && ctx.target?.matches?.("tr[data-pair]")) select(ctx.target, { focus: region.contains(document.activeElement) || document.activeElement === document.body });
  });

  // What was not saved ----------------------------------------------------------------------------------------------

  function unsaved(row, form, status, ctx) {
    if (!row) return say("Not saved: the server did not answer. Press the key again.");
    row.querySelector("td.state").replaceChildren(...(row.before_ ?? []));
    row.unsaved_ = form;
    const message = document.getElementById(status === 401 ? "signed-out" : "unsaved").content.cloneNode(true);
    row.querySelector(".row-message")?.remove();
    row.querySelector("th").append(message);
    say(`Not saved: ${row.dataset.name}. ${status === 401 ? "Sign in: it is sent again when you are back." : "R sends it again."}`);
    if (status === 401) keep(row, ctx);
    if (status === 429) setTimeout(() => again(row), 1000 * (Number(ctx.response.headers.get("Retry-After")) || RETRY_SECONDS));
  }

  function again(row) {
    const target = row?.unsaved_ ? row : rows().find((each) => each.unsaved_);
    if (!target) return say("Everything is saved: there is nothing to send again.");
    const form = target.unsaved_;
    delete target.unsaved_;
    form.requestSubmit(form.submitter_?.isConnected ? form.submitter_ : undefined);
  }

  function keep(row, ctx) {
    const press = { person: region.dataset.person, page: location.pathname, pair: row.dataset.pair, action: ctx.request.action, body: [...ctx.request.body] };
    sessionStorage.setItem(KEPT, JSON.stringify(press));
  }

  function sendKept() {
    const press = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    if (!press || press.page !== location.pathname) return;
    sessionStorage.removeItem(KEPT);
    const row = named(press.pair);
    if (press.person !== region.dataset.person || !row) return say("A decision of somebody else was waiting here; it was dropped.");
    select(row);
    row.dataset.saving = row.dataset.state;
    htmx.ajax("POST", press.action, { source: row.querySelector("form"), target: row, swap: "outerSync", values: Object.fromEntries(press.body) });
  }

  // The open assessment ---------------------------------------------------------------------------------------------

  const assessment = (row) => detail(row).querySelector("form.assessment");

  function ask(row) {
    const form = assessment(row);
    if (!form) return;
    form.hidden = false;
    form.dataset.open = "true";
    form.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  function answer(button) {
    const form = button.closest("form"), question = button.closest("[data-question]");
    for (const each of question.querySelectorAll("button")) each.setAttribute("aria-pressed", each === button);
    question.querySelector("input").value = button.value;
    if ([...form.querySelectorAll("[data-question] input")].some((input) => !input.value)) return;
    const row = rowOf(form);
    form.dataset.open = "";
    whenAnswered(row, (now) => {
      form.elements.base_version.value = now.dataset.version;
      form.elements.key.value = `${now.dataset.key}`;
      form.requestSubmit();
    });
    if (row === current()) onward(row);
  }

  function digit(row, key) {
    const question = [...detail(row).querySelectorAll("form.assessment[data-open=true] [data-question]")].find((each) => !each.querySelector("input").value);
    question?.querySelector(`button[data-key="${key}"]`)?.click();
  }

  // Keys ------------------------------------------------------------------------------------------------------------

  const follow = (rel) => document.querySelector(`a[rel=${rel}]`)?.click();
  const show = (id) => document.getElementById(id).showModal();
  const toggle = (row, selector) => { const each = detail(row).querySelector(selector); if (each) each.open = !each.open; };

  const acts = {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    r: again, z: () => undo(), c: (row) => { toggle(row, "details.note"); detail(row).querySelector("details[open] textarea")?.focus(); },
    g: (row) => toggle(row, "details.genes"), o: (row) => detail(row).querySelector("a.page")?.click(),
    s: () => document.querySelector("#scores button").click(), J: () => follow("next"), K: () => follow("prev"),
    "/": () => show("search"), 0: () => show("none-fits"), "?": () => show("keys"),
  };
  for (const key of ["a", "b", "n", "e", "x", "u"]) acts[key] = (row) => decide(row, key);
  for (const key of ["1", "2", "3", "4"]) acts[key] = (row) => digit(row, key);

  function undo() {
    const press = () => document.querySelector("#undo button").click();
    sending() ? afterAll.push(press) : press();
  }

  region.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("details.note")) return select(current());
    const typing = event.target.closest("input, textarea, select, dialog, [contenteditable]");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    if (event.key === "?") { event.preventDefault(); return show("keys"); }
    if (region.dataset.switch === "off") return;
    const act = acts[keys[event.key] ?? event.key], row = current();
    if (!act || !row) return;
    event.preventDefault();
    act(row);
  });

  region.addEventListener("click", (event) => {
    const button = event.target.closest("button"), row = event.target.closest("tr[data-pair]");
    if (button?.dataset.opens) return show(button.dataset.opens);
    if (button?.matches("[data-question] button")) return answer(button);
    if (button?.dataset.key === "r") return again(row);
    if (event.isTrusted && button?.dataset.key in { x: 1, u: 1 } && row) queueMicrotask(() => onward(row));
    if (event.isTrusted && button?.dataset.key in { a: 1, b: 1, n: 1, e: 1 }) ask(current());
    if (row && !button && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); select(row); }
  });
  region.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-pair]");
    if (row && row !== current()) select(row, { focus: false });
  });
  document.addEventListener("keyway:undone", (event) => select(named(event.detail.pair) ?? current()));
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  select(current() ?? rows().find(isOpen) ?? rows()[0]);
  sendKept();
})();
