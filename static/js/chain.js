// The drawing of an AOP by keyboard: the arrows walk along its chain, and what has the focus is in view.

const MARGIN = 12;
const frame = document.querySelector(".drawing");
const events = [...frame.querySelectorAll(".event")];

const leads = (from, to) => from.dataset.to.split(" ").includes(to.dataset.id);
const top = (event) => event.getBBox().y;
const row = (event) => events.filter((each) => top(each) === top(event));
const beside = (event, by) => row(event)[row(event).indexOf(event) + by];

// Along an arrow where there is one, else to what stands next in that direction
const WAYS = {
  ArrowDown: (here) => events.find((each) => leads(here, each) && top(each) > top(here)) ?? events.find((each) => top(each) > top(here)),
  ArrowUp: (here) => events.findLast((each) => leads(each, here) && top(each) < top(here)) ?? events.findLast((each) => top(each) < top(here)),
  ArrowLeft: (here) => beside(here, -1),
  ArrowRight: (here) => beside(here, 1),
};

frame.addEventListener("keydown", (event) => {
  const here = event.target.closest(".event");
  if (!here || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const next = WAYS[event.key]?.(here);
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// Browsers scroll a drawing's link into view from top to bottom only
frame.addEventListener("focusin", ({ target }) => {
  if (target === frame) return;
  const box = target.getBoundingClientRect(), around = frame.getBoundingClientRect();
  frame.scrollLeft += Math.max(0, box.right + MARGIN - around.right) + Math.min(0, box.left - MARGIN - around.left);
});
