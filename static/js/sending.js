// What is under way: in which order things are sent, what their answers do, and how nothing is lost on the way.
import { byId, current, detail, fresh, mark, named, openRows, region, rowOf, rows, say, select } from "./rows.js";

const KEPT = "keyway.presses"; // what met a closed session waits here for the same person to come back
const RETRY_SECONDS = 3;

// In which order: a row sends one thing at a time and needs its detail for some; undo and leaving wait for all ---------

const line = []; // what waits until nothing is under way
const unsaved = new Map(); // a row, or a form beside the rows → what was not saved of it
let detailed = false;

const busy = () => region.querySelector("[data-saving]") !== null || rows().some((row) => row.undetailed?.length);
const undoing = () => line.length > 0 || byId("undo")?.dataset.saving !== undefined;

/** Do this when nothing is under way any more. */
export function inTurn(act) {
  line.push(act);
  settle();
}

/** Whether what is pressed on this row has to wait. */
export const held = (row) => row.dataset.saving !== undefined || unsaved.has(row);

/** Do this when the row has its answer. Where it sends a form of the detail, that comes through a sign-in, too. */
export function whenAnswered(row, act, form = null, submitter = null) {
  if (held(row)) (row.waiting ??= []).push({ act, form, submitter });
  else if (undoing()) inTurn(act);
  else act();
}

/** Do this when the row has its detail. */
export function whenDetailed(row, act) {
  if (detailed || detail(row).querySelector(".panes")) return act();
  (row.undetailed ??= []).push(act);
  settle();
}

/** Another verdict takes the place of one that was not saved. */
export function giveUp(row) {
  if (unsaved.delete(row)) row.waiting = [];
}

function settle() {
  byId("saving").hidden = !busy();
  const count = byId("open-count");
  count.textContent = Number(count.dataset.beyond) + openRows().length;
  while (line.length && !busy()) line.shift()();
}

function detailsCame({ response, sourceElement }) {
  detailed = response?.status === 200;
  if (!detailed) return setTimeout(() => htmx.trigger(sourceElement, "keyway:details"), 1000 * RETRY_SECONDS);
  for (const row of rows()) for (const act of row.undetailed?.splice(0) ?? []) act();
}

// What is sent, and what comes back -------------------------------------------------------------------------------------

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
  const refused = ctx.response?.status !== 200;
  delete row.dataset.saving;
  if (!current()) mark(row);
  if (!ctx.put) return notSaved(row, ctx);
  if (refused) row.waiting = [];
  row.dispatchEvent(new CustomEvent("keyway:answered", { bubbles: true, detail: { form: ctx.sourceElement, refused } }));
  while (row.waiting?.length && !row.dataset.saving) row.waiting.shift().act();
}

function answeredBeside(form, ctx) {
  const status = ctx.response?.status;
  delete form.dataset.saving;
  if (status === 200) form.closest("dialog")?.close();
  else if (status !== 409 && status !== 422) notSaved(form, ctx);
}

// What was not saved waits for R, or for its person to sign in again -----------------------------------------------------

function notSaved(where, ctx) {
  const status = ctx.response?.status, lost = !status || status >= 500 || status === 408 || status === 429;
  const message = why(ctx, status === 401 ? "signed-out" : lost ? "unsaved" : "refused");
  if (where.matches("tr")) {
    where.querySelector(".stands").replaceChildren(...where.before);
    where.querySelector("th").append(message);
    say(`${where.dataset.name}: ${message.textContent}`);
  } else (where.querySelector(".message") ?? byId("status")).replaceChildren(message);
  if (!lost && status !== 401) return void (where.waiting = []);
  unsaved.set(where, { form: ctx.sourceElement, status, body: [...ctx.request.body], submitter: ctx.request.submitter });
  const seconds = Number(ctx.response?.headers.get("Retry-After")) || RETRY_SECONDS;
  if (status === 429) setTimeout(() => again(where), 1000 * seconds);
}

function why(ctx, kind) {
  const message = byId(kind).content.cloneNode(true).firstElementChild;
  const answer = new DOMParser().parseFromString(ctx.text ?? "", "text/html").querySelector(".notice p, hx-partial, .row-message");
  if (kind === "refused") message.textContent = answer?.textContent ?? `Refused (${ctx.response.status}).`;
  return message;
}

/** Send again what was not saved of a row, or of a form beside the rows. */
export function again(where) {
  const { form, body, submitter } = unsaved.get(where) ?? {};
  if (form) send(form, body, submitter);
}

/** Send again all that was not saved. */
export function allAgain() {
  if (!unsaved.size) say("Everything is saved: there is nothing to send again.");
  for (const where of [...unsaved.keys()]) again(where);
}

/** Send what was sent before, under its own key: the server takes it once. */
function send(form, body, submitter = null) {
  htmx.ajax("POST", form.getAttribute("hx-post"), { source: form, values: Object.fromEntries(body), event: { submitter } });
}

function keep() {
  const presses = [...unsaved].flatMap(([where, { form, body }]) => {
    const later = (where.waiting ?? []).filter((each) => each.form);
    const sent = later.map((each) => ({ form: each.form.id, body: [...new FormData(each.form, each.submitter)] }));
    return [{ form: form.id, body }, ...sent].map((press) => ({ pair: where.dataset.pair, ...press }));
  });
  const whose = { person: region.dataset.person, page: location.pathname };
  if (presses.length) sessionStorage.setItem(KEPT, JSON.stringify({ ...whose, presses }));
}

/** Send what waited for its person to come back here; what waited for somebody else is dropped. */
export function sendKept() {
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

addEventListener("beforeunload", (event) => {
  if (busy() || [...unsaved.values()].some((each) => each.status !== 401)) event.preventDefault();
});
addEventListener("pagehide", keep);
