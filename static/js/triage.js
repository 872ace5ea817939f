// Moves the focus and clicks buttons; what is decided, the server decides. Without this file every button is a form.
(() => {
  const region = document.getElementById("triage");
  if (!region) return;

  const KEPT = "keyway.presses"; // what met a closed session waits here for the same person to come back
  const RETRY_SECONDS = 3;
  const OPEN = (region.dataset.open ?? "open").split(" "); // the states in which a row still asks for a decision
  const FIELDS = "input, textarea, select, dialog";
  const keys = JSON.parse(region.dataset.keys); // what is pressed → the letter that the page means by it

  const byId = (id) => document.getElementById(id);
  const say = (text) => { byId("status").textContent = text; };
  const rows = () => [...region.querySelectorAll("tr[data-pair]")];
  const current = () => region.querySelector("tr[aria-current=true]");
  const named = (pair) => region.querySelector(`tr[data-pair="${CSS.escape(pair)}"]`);
  const detail = (row) => row.nextElementSibling;
  const assessment = (row) => detail(row).querySelector("form.assessment");
  const rowOf = (form) => form.dataset.row ? byId(form.dataset.row) : form.closest("tr[data-pair]");
  const isOpen = (row) => OPEN.includes(row.dataset.state) && !row.dataset.saving;
  const may = (row, key) => row.dataset.offers.split(" ").includes(key);
  const offer = (row, key) => may(row, key) && (row.querySelector(`button[data-key="${key}"]`) ?? detail(row).querySelector(`.relations button[data-key="${key}"]`));

  // Which row is current -----------------------------------------------------------------------------------------

  function mark(row) {
    for (const each of rows()) {
      each.tabIndex = each === row ? 0 : -1;
      if (each === row) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
      detail(each).hidden = each !== row;
    }
  }

  /** Make `row` current, at the height on the screen where `at` is: what a key changes is where the eye is. */
  function select(row, at = current()) {
    if (!row) return;
    const height = at?.getBoundingClientRect().top;
    mark(row);
    if (!row.contains(document.activeElement)) row.focus({ preventScroll: true });
    if (height > 0 && height < innerHeight) {
      scrollBy({ top: row.getBoundingClientRect().top - height, behavior: "instant" });
    }
    row.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  const step = (by) => select(rows()[rows().indexOf(current()) + by]);

  /** On to the next open row below `row`, else to the first open one, else stay. */
  function onward(row) {
    const all = rows(), below = all.slice(all.indexOf(row) + 1);
    select([...below, ...all].find((each) => each !== row && isOpen(each)) ?? row);
  }

  // In which order: a row sends one thing at a time and needs its detail for some; undo and leaving wait for all ------

  const line = []; // what waits until nothing is under way
  const unsaved = new Map(); // a row, or a form beside the rows → what was not saved of it
  let detailed = false;

  const busy = () => region.querySelector("[data-saving]") !== null || rows().some((row) => row.undetailed?.length);
  const undoing = () => line.length > 0 || byId("undo")?.dataset.saving !== undefined;

  function inTurn(act) {
    line.push(act);
    settle();
  }

  function whenAnswered(row, act) {
    if (row.dataset.saving || unsaved.has(row)) (row.waiting ??= []).push(act);
    else if (undoing()) inTurn(act);
    else act();
  }

  function whenDetailed(row, act) {
    if (detailed || detail(row).querySelector(".panes")) return act();
    (row.undetailed ??= []).push(act);
    settle();
  }

  function settle() {
    byId("saving").hidden = !busy();
    const count = byId("open-count");
    count.textContent = Number(count.dataset.beyond) + rows().filter(isOpen).length;
    while (line.length && !busy()) line.shift()();
  }

  function detailsCame({ response, sourceElement }) {
    detailed = response?.status === 200;
    if (!detailed) return setTimeout(() => htmx.trigger(sourceElement, "keyway:details"), 1000 * RETRY_SECONDS);
    for (const row of rows()) for (const act of row.undetailed?.splice(0) ?? []) act();
  }

  // Sending --------------------------------------------------------------------------------------------------------

  /** Show in this frame what the button will make of the row; the server's answer has the last word. */
  function foresee(row, button) {
    const becomes = button?.dataset.becomes, cell = row.querySelector(".stands");
    row.dataset.saving = becomes ?? row.dataset.state;
    row.before = [...cell.childNodes];
    if (becomes) cell.replaceChildren(byId(`state-${becomes}`).content.cloneNode(true));
    row.querySelector(".row-message")?.remove();
    if (row.contains(document.activeElement)) row.focus({ preventScroll: true });
  }

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement;
    if (!form.matches("form[data-decides]")) return;
    const row = rowOf(form);
    unsaved.delete(row ?? form);
    if (row) foresee(row, ctx.request.submitter);
    else form.dataset.saving = "true";
    settle();
  });

  // Only a row is put in the place of a row: the page of a proxy that is out of order, say, is not.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    if (!ctx.target?.matches("tr[data-pair]")) return;
    ctx.put = tasks.some((task) => task.fragment.querySelector("tr[data-pair]"));
    if (!ctx.put) event.preventDefault();
  });

  // In a microtask: htmx takes a form's next request only after it has told of the end of this one.
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => queueMicrotask(() => {
    const form = ctx.sourceElement;
    if (ctx.target?.matches("tr[data-pair]")) answered(ctx.target, ctx);
    else if (form.matches("tbody")) detailsCame(ctx);
    else if (form.matches("form[data-decides]")) answeredBeside(form, ctx);
    if (document.activeElement === document.body) select(current() ?? rows()[0]);
    settle();
  }));

  function answered(row, ctx) {
    const note = ctx.sourceElement.closest("details.note"), refused = ctx.response?.status !== 200;
    delete row.dataset.saving;
    if (!current()) mark(row);
    if (!ctx.put) return notSaved(row, ctx);
    if (refused) row.waiting = [];
    if (refused && !note) close(row);
    if (note && !refused) putAway(note);
    while (row.waiting?.length && !row.dataset.saving) row.waiting.shift()();
  }

  function answeredBeside(form, ctx) {
    const status = ctx.response?.status;
    delete form.dataset.saving;
    if (status === 200) form.closest("dialog")?.close();
    else if (status !== 409 && status !== 422) notSaved(form, ctx);
  }

  // What was not saved waits for R, or for its person to sign in again ------------------------------------------------

  function notSaved(where, ctx) {
    const status = ctx.response?.status, lost = !status || status >= 500 || status === 408 || status === 429;
    const message = byId(status === 401 ? "signed-out" : lost ? "unsaved" : "refused").content.cloneNode(true).firstElementChild;
    const answer = new DOMParser().parseFromString(ctx.text ?? "", "text/html").querySelector(".notice p");
    if (message.dataset.kind === "refused") message.textContent = answer?.textContent ?? `Refused (${status}).`;
    if (where.matches("tr")) {
      where.querySelector(".stands").replaceChildren(...where.before);
      where.querySelector("th").append(message);
      say(`${where.dataset.name}: ${message.textContent}`);
    } else (where.querySelector(".message") ?? byId("status")).replaceChildren(message);
    if (!lost && status !== 401) return void (where.waiting = []);
    unsaved.set(where, { form: ctx.sourceElement, status, body: [...ctx.request.body], submitter: ctx.request.submitter });
    if (status === 429) setTimeout(() => again(where), 1000 * (Number(ctx.response.headers.get("Retry-After")) || RETRY_SECONDS));
  }

  function again(where) {
    const { form, body, submitter } = unsaved.get(where) ?? {};
    if (form) send(form, body, submitter);
  }

  function allAgain() {
    if (!unsaved.size) say("Everything is saved: there is nothing to send again.");
    for (const where of [...unsaved.keys()]) again(where);
  }

  /** Send what was sent before, under its own key: the server takes it once. */
  function send(form, body, submitter = null) {
    htmx.ajax("POST", form.getAttribute("hx-post"), { source: form, values: Object.fromEntries(body), event: { submitter } });
  }

  function keep() {
    const presses = [...unsaved].flatMap(([where, { form, body }]) => {
      const pair = where.dataset.pair, later = where.waiting?.length && answers(where).every((each) => each.value) && assessment(where);
      const found = [{ pair, form: form.id, body }];
      return later ? [...found, { pair, form: later.id, body: [...new FormData(later)] }] : found;
    });
    if (presses.length) sessionStorage.setItem(KEPT, JSON.stringify({ person: region.dataset.person, page: location.pathname, presses }));
  }

  function sendKept() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    if (!kept || !region.dataset.person) return;
    const strange = kept.person !== region.dataset.person;
    if (!strange && kept.page !== location.pathname) return;
    sessionStorage.removeItem(KEPT);
    if (strange) return say("What somebody else pressed waited here; it was dropped.");
    for (const { pair, form, body } of kept.presses) {
      const row = pair && named(pair);
      if (row) whenDetailed(row, () => whenAnswered(row, () => send(byId(form), [...body, ...fresh(row)])));
      else if (byId(form)) inTurn(() => send(byId(form), body));
      else say(`${pair} is not in this table any more: what you pressed was dropped.`);
    }
  }

  // The assessment and the note of a row ------------------------------------------------------------------------------

  const answers = (row) => [...detail(row).querySelectorAll("form.assessment [data-question] input")];

  /** The version and the key that the row's newest answer has brought: the forms of its detail send those. */
  const fresh = (row) => ["base_version", "key"].map((name) => [name, row.querySelector("form").elements[name].value]);

  function refresh(form, row) {
    for (const [name, value] of fresh(row)) form.elements[name].value = value;
  }

  function ask(row) {
    const form = assessment(row);
    if (!form) return;
    form.dataset.open = "true";
    for (const input of answers(row)) input.value = "";
    for (const button of form.querySelectorAll("[data-question] button")) button.setAttribute("aria-pressed", "false");
  }

  function close(row) {
    if (assessment(row)) assessment(row).dataset.open = "false";
  }

  function answer(button) {
    const form = button.closest("form"), question = button.closest("[data-question]"), row = rowOf(form);
    for (const each of question.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each === button));
    const input = question.querySelector("input");
    [input.value, input.disabled] = [button.value, false];
    if (!answers(row).every((each) => each.value)) return;
    close(row);
    whenAnswered(row, () => { refresh(form, row); form.requestSubmit(); });
    if (row === current() && !OPEN.includes(row.dataset.saving || row.dataset.state)) onward(row);
  }

  function digit(row, key) {
    const asked = [...detail(row).querySelectorAll("form.assessment[data-open=true] [data-question]")];
    asked.find((each) => !each.querySelector("input").value)?.querySelector(`button[data-key="${key}"]`)?.click();
  }

  function putAway(note) {
    note.querySelector("form").reset();
    note.open = false;
    if (note.contains(document.activeElement)) select(current());
  }

  region.addEventListener("submit", (event) => {
    const form = event.target, row = form.matches("details.note form, form.reason") && rowOf(form);
    if (!row) return;
    refresh(form, row);
    if (!row.dataset.saving && !unsaved.has(row)) return;
    event.preventDefault();
    event.stopPropagation();
    whenAnswered(row, () => form.requestSubmit(event.submitter));
  }, true);

  // Keys -------------------------------------------------------------------------------------------------------------

  function press(row, key) {
    const button = offer(row, key);
    if (button) return button.type === "button" ? ask(row) : button.dataset.asks ? reason(row, key) : button.click();
    close(row);
    say(region.dataset.person ? `${row.dataset.name} is ${row.dataset.state}: ${key.toUpperCase()} does nothing here.` : "Sign in to judge these targets.");
  }

  function decide(row, key) {
    if (unsaved.delete(row)) row.waiting = [];
    if (!row.dataset.saving && !may(row, key)) return press(row, key);
    const button = offer(row, key), asks = button?.dataset?.asks;
    const pressed = () => whenAnswered(row, () => press(row, key));
    if ("bne".includes(key) || asks) whenDetailed(row, pressed);
    else pressed();
    if (asks) return;
    if ("xu".includes(key) || ["approve", "affirm"].includes(button?.value)) onward(row);
    else whenDetailed(row, () => ask(row));
  }

  /** Some acts say why: the field for it opens, and Enter sends the act that was pressed. */
  function reason(row, key) {
    const form = detail(row).querySelector("form.reason");
    form.dataset.key = key;
    form.elements.note.focus();
  }

  function unfold(row, selector) {
    const each = detail(row).querySelector(selector);
    if (each) each.open = !each.open;
    return each?.open ? each : null;
  }

  const undo = (within) => inTurn(() => within?.querySelector("button:is([data-key=z], [data-key=Z])")?.click());
  const follow = (link) => link && inTurn(() => link.click());
  const show = (id) => byId(id)?.showModal();

  const acts = {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    z: () => undo(byId("undo")), Z: undo, r: allAgain,
    c: (row) => whenDetailed(row, () => unfold(row, "details.note")?.querySelector("textarea").focus()),
    g: (row) => whenDetailed(row, () => unfold(row, "details.genes")),
    o: (row) => whenDetailed(row, () => follow(detail(row).querySelector("a.page"))),
    s: () => byId("scores").querySelector("button").click(),
    J: () => follow(document.querySelector("a[rel=next]")), K: () => follow(document.querySelector("a[rel=prev]")),
    "/": () => show("search"), 0: () => show("none-fits"), "?": () => show("keys"),
  };
  for (const key of "abnexu") acts[key] = (row) => decide(row, key);
  for (const key of "1234") acts[key] = (row) => whenDetailed(row, () => digit(row, key));

  region.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("details.note, form.reason")) return select(current());
    const why = event.key === "Enter" && event.target.closest("form.reason");
    if (why) {
      event.preventDefault();
      return (why.querySelector(`button[data-reason="${why.dataset.key}"]`) ?? why.querySelector("button")).click();
    }
    if (event.target.closest(FIELDS) || region.dataset.switch !== "on") return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    const act = acts[keys[event.key] ?? event.key];
    if (!act || !(current() || "/0?JKzs".includes(keys[event.key] ?? event.key))) return;
    event.preventDefault();
    act(current());
  });

  // The mouse, and what else happens ----------------------------------------------------------------------------------

  region.addEventListener("click", (event) => {
    const button = event.target.closest("button"), row = event.target.closest("tr[data-pair]");
    if (button?.closest("[data-question]")) return answer(button);
    if (button?.dataset.key === "r") return row ? again(row) : allAgain();
    if (button?.dataset.asks) {
      event.preventDefault();
      return whenDetailed(row, () => { select(row, row); reason(row, button.dataset.key); });
    }
    if (row && button?.type === "button" && button.dataset.key === "a") return pressedByHand(row, button);
    if (button?.dataset.reason && button.form.reportValidity()) return queueMicrotask(() => onward(current()));
    if (button?.closest("#scores")) region.dataset.scores = button.value = region.dataset.scores === "off" ? "on" : "off";
    if (event.isTrusted && button?.dataset.becomes) return queueMicrotask(() => pressedByHand(row ?? current(), button));
    if (row && !button && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      if (event.target.closest(".row-message a, .for a, input")) return;
      event.preventDefault();
      select(row, row);
    }
  });

  function pressedByHand(row, button) {
    if ("xu".includes(button.dataset.key)) return onward(row);
    select(row, row);
    ask(row);
  }

  region.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-pair]");
    if (row && row !== current() && !row.matches(":active")) select(row, row); // under a pressed mouse nothing moves
  });
  region.addEventListener("submit", (event) => { // Enter takes the first target, once it is one of what is written
    if (!event.target.matches("form.find")) return;
    event.preventDefault();
    const found = byId("hits").firstElementChild;
    if (found.dataset.text === event.target.elements.q.value.trim()) found.querySelector("a")?.click();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) show(opener.dataset.opens);
  });
  document.addEventListener("keyway:undone", (event) => {
    if (!document.activeElement.closest(FIELDS)) select(named(event.detail.pair) ?? current() ?? rows()[0]);
  });
  addEventListener("beforeunload", (event) => {
    if (busy() || [...unsaved.values()].some((each) => each.status !== 401)) event.preventDefault();
  });
  addEventListener("pagehide", keep);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  select(current() ?? rows().find(isOpen) ?? rows()[0]);
  sendKept();
})();
