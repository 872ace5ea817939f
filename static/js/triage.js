// The keys and the mouse move the focus and click buttons; what is decided, the server decides. Without this file every
// button is a form.
import { asks, byId, current, detail, fresh, named, onward, openRows, region, rowOf, rows, say, select, step } from "./rows.js";
import { again, allAgain, giveUp, held, inTurn, sendKept, whenAnswered, whenDetailed } from "./sending.js";

const FIELDS = "input, textarea, select, dialog";
const keys = JSON.parse(region.dataset.keys); // what is pressed → the letter that the page means by it

const may = (row, key) => row.dataset.offers.split(" ").includes(key);

function offer(row, key) {
  const letter = `button[data-key="${key}"]`;
  return may(row, key) && (row.querySelector(letter) ?? detail(row).querySelector(`.relations ${letter}`));
}

// The assessment and the note of a row ------------------------------------------------------------------------------

/** The assessment of a row; where it has no questions yet, those of the page's template. */
function assessment(row) {
  const form = detail(row).querySelector("form.assessment");
  if (!form?.dataset.asks) return form;
  form.append(byId(`asks-${form.dataset.asks}`).content.cloneNode(true));
  delete form.dataset.asks;
  return form;
}

const opened = (row) => detail(row).querySelector("details.assess");
const answers = (row) => [...detail(row).querySelectorAll("form.assessment [data-question] input")];

const unanswered = (row) =>
  [...detail(row).querySelectorAll("[data-question]")].find((each) => !each.querySelector("input").value);
const see = (question) => question?.scrollIntoView({ block: "nearest", behavior: "instant" });

function refresh(form, row) {
  for (const [name, value] of fresh(row)) form.elements[name].value = value;
}

function ask(row) {
  const form = assessment(row);
  if (!form) return;
  opened(row).open = true;
  for (const input of answers(row)) input.value = "";
  for (const button of form.querySelectorAll("[data-question] button")) button.setAttribute("aria-pressed", "false");
  see(unanswered(row));
}

function close(row) {
  if (opened(row)) opened(row).open = false;
}

function answer(button) {
  const form = button.closest("form"), question = button.closest("[data-question]"), row = rowOf(form);
  for (const each of question.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each === button));
  const input = question.querySelector("input");
  [input.value, input.disabled] = [button.value, false];
  if (!answers(row).every((each) => each.value)) return see(unanswered(row));
  close(row);
  whenAnswered(row, () => { refresh(form, row); form.requestSubmit(); }, form);
  if (row === current() && !asks(row) && !row.querySelector("button[data-asks]")) onward(row); // who reviews, approves then
}

/** A digit answers the next question; where the row has been assessed already, it begins anew. */
function digit(row, key) {
  if (!opened(row)?.open && may(row, "1")) ask(row);
  if (opened(row)?.open) unanswered(row)?.querySelector(`button[data-key="${key}"]`)?.click();
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
  if (!held(row)) return;
  event.preventDefault();
  event.stopPropagation();
  whenAnswered(row, () => form.requestSubmit(event.submitter), form, event.submitter);
}, true);

// Keys -------------------------------------------------------------------------------------------------------------

function press(row, key) {
  const button = offer(row, key);
  if (button) return button.type === "button" ? ask(row) : button.dataset.asks ? reason(row, key) : button.click();
  close(row);
  const nothing = `${row.dataset.name} is ${row.dataset.state}: ${key.toUpperCase()} does nothing here.`;
  say(region.dataset.person ? nothing : "Sign in to judge these targets.");
}

/** Whether a press settles a row, so that the next one is wanted. */
const leads = (key, button) => "xu".includes(key) || ["approve", "affirm"].includes(button?.value);

function decide(row, key) {
  giveUp(row);
  if (!row.dataset.saving && !may(row, key)) return press(row, key);
  const button = offer(row, key), asks = button?.dataset?.asks;
  const pressed = () => whenAnswered(row, () => press(row, key));
  if ("bne".includes(key) || asks) whenDetailed(row, pressed);
  else pressed();
  if (asks) return;
  if (leads(key, button)) onward(row);
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
  const why = event.target.closest("form.reason");
  if (event.key === "Escape" && event.target.closest("details.note, form.reason")) {
    if (why) delete why.dataset.key;
    return select(current());
  }
  if (why && event.key === "Enter") {
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
  const kin = event.target.closest("a.kin");
  if (kin && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    return select(byId(kin.hash.slice(1)));
  }
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
  if (leads(button.dataset.key, button)) return onward(row);
  select(row, row);
  ask(row);
}

region.addEventListener("focusin", (event) => {
  const row = event.target.closest("tr[data-pair]");
  if (row && row !== current() && !row.matches(":active")) select(row, row); // under a pressed mouse nothing moves
});
region.addEventListener("toggle", ({ target }) => {
  if (target.matches("details.assess")) assessment(rowOf(target.querySelector("form")));
}, true);
let sought = null; // what Enter was pressed on: it takes the first target once that is one of what is written
function takeFirst() {
  const found = byId("hits").firstElementChild;
  if (!byId("search").open || found.dataset.text !== sought) return;
  sought = null;
  found.querySelector("a")?.click();
}
region.addEventListener("submit", (event) => {
  if (!event.target.matches("form.find")) return;
  event.preventDefault();
  sought = event.target.elements.q.value.trim();
  takeFirst();
});
region.addEventListener("input", () => { sought = null; });
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => ctx.target?.id === "hits" && takeFirst());
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) show(opener.dataset.opens);
});
region.addEventListener("keyway:answered", ({ target: row, detail: { form, refused } }) => {
  const note = form.closest("details.note");
  if (refused && !note) close(row);
  if (note && !refused) putAway(note);
});
document.addEventListener("keyway:undone", (event) => {
  if (!document.activeElement.closest(FIELDS)) select(named(event.detail.pair) ?? current() ?? rows()[0]);
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

select(current() ?? openRows()[0] ?? rows()[0]);
addEventListener("DOMContentLoaded", sendKept); // when htmx is there
