// The keys of the strip of runs: one stop of the Tab key, arrows from there, P pins and Delete deletes. Older runs come as their place
// comes near.
let observers = [];

export function attach(list) {
  detach();
  followEnd(list);
  list.addEventListener('keydown', e => {
    const run = e.target.closest('[data-run]');
    if (!run || e.ctrlKey || e.metaKey || e.altKey) return;
    const runs = [...list.querySelectorAll('[data-run]')];
    const at = runs.indexOf(run);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: runs.length - 1 }[e.key];
    if (to !== undefined) go(runs, Math.min(runs.length - 1, Math.max(0, to)));
    else if (e.key === 'Delete') run.querySelector('[data-do=delete]')?.click();
    else if (e.key.toLowerCase() === 'p') run.querySelector('[data-do=pin]')?.click();
    else return;
    e.preventDefault();
  });
}

export function detach() {
  for (const observer of observers) observer.disconnect();
  observers = [];
}

// The button at the end presses itself when it is almost in view; it is looked at again whenever runs have come.
function followEnd(list) {
  const near = new IntersectionObserver(entries => {
    if (entries.some(e => e.isIntersecting)) list.querySelector('[data-do=more]')?.click();
  }, { root: list, rootMargin: '0px 160px' });
  const look = () => {
    near.disconnect();
    const end = list.querySelector('.more');
    if (end) near.observe(end);
  };
  const changes = new MutationObserver(look);
  changes.observe(list, { childList: true });
  observers = [near, changes];
  look();
}

function go(runs, to) {
  runs.forEach((run, i) => run.querySelector('a').tabIndex = i === to ? 0 : -1);
  runs[to].querySelector('a').focus();
}
