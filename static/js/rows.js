// The rows of the triage table: which there are, and which one is current.

export const region = document.getElementById("triage");
region.dataset.scripted = "on"; // what only a script opens may begin closed
const OPEN = (region.dataset.open ?? "open").split(" "); // the states in which a row still asks for a decision

export const byId = (id) => document.getElementById(id);
export const say = (text) => { byId("status").textContent = text; };

export const rows = () => [...region.querySelectorAll("tr[data-pair]")];
export const current = () => region.querySelector("tr[aria-current=true]");
export const named = (pair) => region.querySelector(`tr[data-pair="${CSS.escape(pair)}"]`);
export const detail = (row) => row.nextElementSibling;
export const rowOf = (form) => form.dataset.row ? byId(form.dataset.row) : form.closest("tr[data-pair]");

/** Whether a row asks for a decision; while one is being saved, whether it will once that is. */
export const asks = (row) => OPEN.includes(row.dataset.saving ?? row.dataset.state);
const isOpen = (row) => OPEN.includes(row.dataset.state) && !row.dataset.saving;
export const openRows = () => rows().filter(isOpen);

/** The version and the key that a row's newest answer has brought: the forms of its detail send those. */
export const fresh = (row) => ["base_version", "key"].map((name) => [name, row.querySelector("form").elements[name].value]);

export function mark(row) {
  for (const each of rows()) {
    each.tabIndex = each === row ? 0 : -1;
    if (each === row) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
    detail(each).hidden = each !== row;
  }
}

/** Make `row` current, at the height on the screen where `at` is: what a key changes is where the eye is. */
export function select(row, at = current()) {
  if (!row) return;
  const height = at?.getBoundingClientRect().top;
  mark(row);
  if (!row.contains(document.activeElement)) row.focus({ preventScroll: true });
  if (height > 0 && height < innerHeight) {
    scrollBy({ top: row.getBoundingClientRect().top - height, behavior: "instant" });
  }
  row.scrollIntoView({ block: "nearest", behavior: "instant" });
}

export const step = (by) => select(rows()[rows().indexOf(current()) + by]);

/** On to the next open row below `row`, else to the first open one, else stay. */
export function onward(row) {
  const all = rows(), below = all.slice(all.indexOf(row) + 1);
  select([...below, ...all].find((each) => each !== row && isOpen(each)) ?? row);
}
