// The keys of the strip of runs: one stop of the Tab key, arrows from there, P pins and Delete deletes.
export function attach(list) {
  list.addEventListener('keydown', e => {
    const run = e.target.closest('[data-run]');
    if (!run || e.ctrlKey || e.metaKey || e.altKey) return;
    const runs = [...list.children];
    const at = runs.indexOf(run);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: runs.length - 1 }[e.key];
    if (to !== undefined) go(runs, Math.min(runs.length - 1, Math.max(0, to)));
    else if (e.key === 'Delete') run.querySelector('[data-do=delete]')?.click();
    else if (e.key.toLowerCase() === 'p') run.querySelector('[data-do=pin]')?.click();
    else return;
    e.preventDefault();
  });
}

export const detach = () => {};

function go(runs, to) {
  runs.forEach((run, i) => run.querySelector('a').tabIndex = i === to ? 0 : -1);
  runs[to].querySelector('a').focus();
}
