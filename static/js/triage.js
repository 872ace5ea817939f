// Moves the focus and clicks buttons; what is decided, the server decides. Without this file every button is a form.
(() => {
  const region = document.getElementById("triage");
  if (!region) return;

  const KEPT = "keyway.press"; // a press that met a closed session waits here for the same person to come back
  const REFUSED = [403, 404, 409, 413, 422];
  const RETRY_SECONDS = 3;
  const keys = JSON.parse(region.dataset.keys); // what is pressed → the letter that the page means by it

  const byId = (id) => document.getElementById(id);
  const say = (text) => { byId("status").textContent = text; };
  const rows = () => [...region.querySelectorAll("tr[data-pair]")];
  const current = () => region.querySelector("tr[aria-current=true]");
  const named = (pair) => region.querySelector(`tr[data-pair="${CSS.escape(pair)}"]`);
  const detail = (row) => row.nextElementSibling;
  const assessment = (row) => detail(row).querySelector("form.assessment");
  const rowOf = (form) => form.dataset.row ? byId(form.dataset.row) : form.closest("tr[data-pair]");
  const isOpen = (row) => row.dataset.state === "open" && !row.dataset.saving;

  // Which row is current -----------------------------------------------------------------------------------------

  /** Make `row` current, at the height on the screen where the current row was: what changes is where the eye is. */
  function select(row, focus = true) {
    if (!row) return;
    const before = current(), height = before?.getBoundingClientRect().top;
    for (const each of rows()) {
      each.tabIndex = each === row ? 0 : -1;
      each.toggleAttribute("aria-current", each === row);
      detail(each).hidden = each !== row;
    }
    row.setAttribute("aria-current", "true");
    if (focus) row.focus({ preventScroll: true });
    if (before && before !== row && height > 0 && height < innerHeight) {
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

  // Sending: a row sends one thing at a time; what is pressed meanwhile waits for the answer ------------------------

  const afterAll = []; // what waits until nothing is under way: undo takes back the newest act, so it must be there

  function whenAnswered(row, act) {
    if (row.dataset.saving) (row.waiting ??= []).push(act);
    else act();
  }

  function settle() {
    const busy = region.querySelector("[data-saving]") !== null;
    byId("saving").hidden = !busy;
    byId("open-count").textContent = rows().filter(isOpen).length;
    if (!busy) afterAll.shift()?.();
  }

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
    const form = ctx.sourceElement, row = form.matches("form[data-decides]") && rowOf(form);
    if (row) foresee(row, ctx.request.submitter);
    else if (form.matches("form[data-decides]")) form.dataset.saving = "true";
    form.submitter = ctx.request.submitter;
    settle();
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const status = ctx.response?.status ?? 0;
    const row = ctx.target?.isConnected && ctx.target.matches("tr[data-pair]") ? ctx.target : null;
    const form = ctx.sourceElement;
    if (row) answered(row, form, status, ctx);
    else if (form.dataset.saving) {
      delete form.dataset.saving;
      if (status === 200) form.closest("dialog")?.close();
      else if (!REFUSED.includes(status)) say("Not saved: the server did not answer. Press the key again.");
    }
    if (document.activeElement === document.body) select(row ?? current() ?? rows()[0]);
    settle();
  });

  function answered(row, form, status, ctx) {
    delete row.dataset.saving;
    if (!current()) select(row, document.activeElement === document.body || region.contains(document.activeElement));
    if (status === 200) {
      while (row.waiting?.length && !row.dataset.saving) row.waiting.shift()();
    } else if (REFUSED.includes(status)) row.waiting = [];
    else notSaved(row, form, status, ctx);
  }

  // What was not saved ----------------------------------------------------------------------------------------------

  function notSaved(row, form, status, ctx) {
    row.querySelector(".stands").replaceChildren(...row.before);
    row.querySelector("th").append(byId(status === 401 ? "signed-out" : "unsaved").content.cloneNode(true));
    row.unsaved = () => form.requestSubmit(form.submitter?.isConnected ? form.submitter : null);
    const how = status === 401 ? "Sign in: it is sent when you are back." : "R sends it again.";
    say(`Not saved: ${row.dataset.name}. ${how}`);
    if (status === 401) keep(row, ctx);
    if (status === 429) setTimeout(() => again(row), 1000 * (Number(ctx.response.headers.get("Retry-After")) || RETRY_SECONDS));
  }

  function again(row) {
    const unsaved = row.unsaved ? row : rows().find((each) => each.unsaved);
    if (!unsaved) return say("Everything is saved: there is nothing to send again.");
    const send = unsaved.unsaved;
    delete unsaved.unsaved;
    send();
  }

  function keep(row, ctx) {
    const press = { person: region.dataset.person, page: location.pathname, pair: row.dataset.pair };
    sessionStorage.setItem(KEPT, JSON.stringify({ ...press, action: ctx.request.action, body: [...ctx.request.body] }));
  }

  function sendKept() {
    const press = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    if (!press || press.page !== location.pathname || !region.dataset.person) return;
    sessionStorage.removeItem(KEPT);
    const row = named(press.pair);
    if (press.person !== region.dataset.person || !row) return say("A press of somebody else waited here; it was dropped.");
    select(row);
    foresee(row, null);
    const form = row.querySelector("form");
    htmx.ajax("POST", press.action, { source: form, target: row, swap: "outerSync", values: Object.fromEntries(press.body) });
  }

  // The assessment of a row ------------------------------------------------------------------------------------------

  function ask(row) {
    const form = assessment(row);
    if (!form) return;
    form.dataset.open = "true";
    for (const input of form.querySelectorAll("[data-question] input")) input.value = "";
    for (const button of form.querySelectorAll("[data-question] button")) button.setAttribute("aria-pressed", "false");
  }

  function answer(button) {
    const form = button.closest("form"), question = button.closest("[data-question]"), row = rowOf(form);
    for (const each of question.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each === button));
    const input = question.querySelector("input");
    [input.value, input.disabled] = [button.value, false];
    if ([...form.querySelectorAll("[data-question] input")].some((each) => !each.value)) return;
    form.dataset.open = "false";
    whenAnswered(row, () => { refresh(form, row); form.requestSubmit(); });
    if (row === current()) onward(row);
  }

  /** The row's answer has brought a new version and a new key; a form of its detail sends those. */
  function refresh(form, row) {
    const own = row.querySelector("form").elements;
    for (const name of ["base_version", "key"]) form.elements[name].value = own[name].value;
  }

  const unanswered = (question) => !question.querySelector("input").value;

  function digit(row, key) {
    const questions = [...detail(row).querySelectorAll("form.assessment[data-open=true] [data-question]")];
    questions.find(unanswered)?.querySelector(`button[data-key="${key}"]`)?.click();
  }

  // Keys -------------------------------------------------------------------------------------------------------------

  function decide(row, key) {
    whenAnswered(row, () => {
      const button = row.querySelector(`button[data-key="${key}"]`) ?? detail(row).querySelector(`button[form][data-key="${key}"]`);
      if (!button) return key === "a" && row.dataset.state === "proposed" ? ask(row) : say(`${row.dataset.name} is ${row.dataset.state}: ${key.toUpperCase()} does nothing here.`);
      button.click();
    });
    if ("abne".includes(key)) ask(row);
    else onward(row);
  }

  const undo = () => byId("undo")?.querySelector("button").click();
  const follow = (rel) => document.querySelector(`a[rel=${rel}]`)?.click();
  const show = (id) => byId(id)?.showModal();

  function unfold(row, selector) {
    const each = detail(row).querySelector(selector);
    if (each) each.open = !each.open;
    return each?.open ? each : null;
  }

  const acts = {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    z: () => (region.querySelector("[data-saving]") ? afterAll.push(undo) : undo()),
    r: again,
    c: (row) => unfold(row, "details.note")?.querySelector("textarea").focus(),
    g: (row) => unfold(row, "details.genes"),
    o: (row) => detail(row).querySelector("a.page")?.click(),
    s: () => byId("scores").querySelector("button").click(),
    J: () => follow("next"), K: () => follow("prev"),
    "/": () => show("search"), 0: () => show("none-fits"),
  };
  for (const key of "abnexu") acts[key] = (row) => decide(row, key);
  for (const key of "1234") acts[key] = (row) => digit(row, key);

  region.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("details.note")) return select(current());
    if (event.target.closest("input, textarea, select, dialog")) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    const act = event.key === "?" ? () => show("keys") : region.dataset.switch === "on" && acts[keys[event.key] ?? event.key];
    if (!act || !(current() || "/0?".includes(event.key))) return;
    event.preventDefault();
    act(current());
  });

  region.addEventListener("click", (event) => {
    const button = event.target.closest("button"), row = event.target.closest("tr[data-pair]");
    if (button?.closest("[data-question]")) return answer(button);
    if (button?.dataset.key === "r") return again(row);
    if (button?.closest("#scores")) region.dataset.scores = region.dataset.scores === "off" ? "on" : "off";
    if (button?.matches("#scores [type=button]")) return;
    if (event.isTrusted && button?.dataset.becomes) queueMicrotask(() => pressedByHand(row ?? current(), button));
    if (row && !button && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      select(row);
    }
  });

  function pressedByHand(row, button) {
    if ("abne".includes(button.dataset.key)) { select(row); ask(row); }
    else onward(row);
  }

  region.addEventListener("submit", (event) => {
    if (event.target.matches("details.note form")) refresh(event.target, rowOf(event.target));
  }, true);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) show(opener.dataset.opens);
  });
  region.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-pair]");
    if (row && row !== current()) select(row, false);
  });
  document.addEventListener("keyway:undone", (event) => select(named(event.detail.pair) ?? current() ?? rows()[0]));
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  select(current() ?? rows().find(isOpen) ?? rows()[0]);
  sendKept();
})();
