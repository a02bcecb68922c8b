// The Play page: a job's states and frames come from the hub; frames go to the tiles. Pixels never pass through Blazor: only the job's
// state does, and not oftener than people can read.
import { Tiles } from './tiles.js';
import { Timeline } from './timeline.js';
import { Viewer } from './viewer.js';

const KEPT = 'playground.play', STATE_PAUSE = 100;
let tiles, timeline, viewer, page, connection, connecting, subscription, watched;

export function attach(root, dialog, steps, dotnet) {
  page = dotnet;
  tiles = new Tiles(root, i => viewer.open(i), () => viewer.refresh(), picked => page.invokeMethodAsync('OnPick', picked));
  timeline = new Timeline(steps, tiles);
  viewer = new Viewer(dialog, tiles, i => page.invokeMethodAsync('OnUse', i));
  document.addEventListener('keydown', onKey);
  connect().catch(() => {});
  root.closest('[data-stage]').dataset.ready = '';
  return localStorage.getItem(KEPT);
}

export const store = settings => localStorage.setItem(KEPT, settings);

export function address(jobId, replaces) {
  history[replaces ? 'replaceState' : 'pushState'](null, '', `/jobs/${jobId}`);
}

export async function watch(jobId, facts, isStrip, scrolls) {
  subscription?.dispose();
  watched = { id: jobId, sequence: 0, told: 0 };
  viewer.close();
  tiles.lay(jobId, facts, isStrip);
  timeline.lay(jobId);
  // Where they are out of view, as on a phone, nothing would seem to happen.
  if (scrolls) reveal(tiles.root);
  await connect();
  subscribe();
}

export function clear() {
  subscription?.dispose();
  watched = null;
  viewer.close();
  tiles.lay(null, [], false);
  timeline.lay(null);
}

export const pick = on => tiles.pick(on);

export const showClean = on => timeline.showClean(on);

// What was set last may not have been stored when the page was left.
export async function detach(settings) {
  if (settings) store(settings);
  document.removeEventListener('keydown', onKey);
  watched = null;
  timeline.detach();
  subscription?.dispose();
  await connection?.stop();
  connection = connecting = null;
}

// Again while the page still finds its sizes: what stood there before goes a moment later.
function reveal(element) {
  const observer = new ResizeObserver(() => {
    const { top, bottom } = element.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) element.scrollIntoView({ block: element.clientHeight > innerHeight / 2 ? 'start' : 'nearest' });
  });
  observer.observe(document.body);
  observer.observe(element);
  setTimeout(() => observer.disconnect(), 1500);
}

function connect() {
  return connecting ??= (async () => {
    connection = new signalR.HubConnectionBuilder().withUrl('/hubs/frames').withAutomaticReconnect()
      .configureLogging(signalR.LogLevel.None).build();
    connection.onreconnected(subscribe);
    connection.onclose(() => {
      connecting = null;
      if (watched) page.invokeMethodAsync('OnProblem', '');
    });
    try {
      await connection.start();
    } catch (e) {
      connecting = null;
      throw e;
    }
  })();
}

function subscribe() {
  if (!watched) return;
  const mine = watched;
  subscription = connection.stream('Watch', mine.id, mine.sequence).subscribe({
    next: event => {
      if (mine !== watched) return;
      mine.sequence = event.job.sequence;
      timeline.change(event.job, event.frame);
      tell(mine, event.job);
    },
    error: e => mine === watched && page.invokeMethodAsync('OnProblem', e.message),
    complete: () => {},
  });
}

// A change of status at once, steps now and then.
function tell(mine, job) {
  tiles.isDone = job.status === 'succeeded';
  if (job.status === mine.status && performance.now() - mine.told < STATE_PAUSE && job.step < job.steps) return;
  [mine.status, mine.told] = [job.status, performance.now()];
  page.invokeMethodAsync('OnJob', job);
}

const ESCAPES = 'input:not([type=radio], [type=checkbox], [type=range]), textarea, [role=combobox], [role=listbox], [role=dialog], '
  + '.mud-popover';

// Esc belongs to the field or the open list that has the focus, if one has.
function onKey(e) {
  if (document.querySelector('dialog[open]')) return;
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
    // A value that was just typed counts: leaving the field sends it first.
    document.activeElement?.blur();
    page.invokeMethodAsync('OnGenerateKey');
  } else if (e.key === 'Escape' && !e.target.closest(ESCAPES)) {
    page.invokeMethodAsync('OnCancelKey');
  }
}
