// Draws a job's frames on the page's canvas. Pixels never pass through Blazor: only the job's state does.
let canvas, page, connection, subscription, watched, last, clean = false;

export function attach(element, dotnet) {
  canvas = element;
  page = dotnet;
  document.addEventListener('keydown', onKey);
  canvas.dataset.ready = '';
}

export async function watch(jobId) {
  subscription?.dispose();
  watched = { id: jobId, sequence: 0 };
  last = null;
  // Where it is out of view, as on a phone, nothing would seem to happen.
  const { top, bottom } = canvas.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) canvas.scrollIntoView({ block: 'nearest' });
  await connect();
  subscribe();
}

export function showClean(on) {
  clean = on;
  if (last) draw(last);
}

export async function detach() {
  document.removeEventListener('keydown', onKey);
  watched = null;
  subscription?.dispose();
  await connection?.stop();
  connection = null;
}

async function connect() {
  if (connection) return;
  connection = new signalR.HubConnectionBuilder().withUrl('/hubs/frames').withAutomaticReconnect().build();
  connection.onreconnected(subscribe);
  connection.onclose(() => watched && page.invokeMethodAsync('OnProblem', 'The connection was lost. Reload the page to keep watching.'));
  await connection.start();
}

function subscribe() {
  if (!watched) return;
  const mine = watched;
  subscription = connection.stream('Watch', mine.id, mine.sequence).subscribe({
    next: event => {
      if (mine !== watched) return;
      mine.sequence = event.job.sequence;
      if (event.frame) draw(last = event.frame);
      else if (event.job.status === 'succeeded' && !last) drawFinished(event.job);
      page.invokeMethodAsync('OnJob', event.job);
    },
    error: e => mine === watched && page.invokeMethodAsync('OnProblem', e.message),
    complete: () => {},
  });
}

async function draw(frame) {
  const bytes = Uint8Array.from(atob(clean ? frame.x0 : frame.xt), c => c.charCodeAt(0));
  const shows = clean ? 'x0' : 'xt';
  const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  if (frame === last) paint(picture, frame.step, shows);
  picture.close();
}

// A job that ended before anyone watched: its frames are gone, its picture is not.
async function drawFinished(job) {
  const mine = watched;
  const picture = await createImageBitmap(await (await fetch(`/api/v1/jobs/${job.id}/grid.png`)).blob());
  if (mine === watched) paint(picture, job.step, 'xt');
  picture.close();
}

function paint(picture, step, shows) {
  if (canvas.width !== picture.width || canvas.height !== picture.height) {
    canvas.width = picture.width;
    canvas.height = picture.height;
  }
  canvas.getContext('2d').drawImage(picture, 0, 0);
  canvas.dataset.shows = shows;
  canvas.dataset.step = step;
}

// Esc belongs to the field or the open list that has the focus, if one has.
function onKey(e) {
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
    // A value that was just typed counts: leaving the field sends it first.
    document.activeElement?.blur();
    page.invokeMethodAsync('OnGenerateKey');
  } else if (e.key === 'Escape' && !e.target.closest('input, textarea, [role=combobox], [role=listbox], [role=dialog], .mud-popover')) {
    page.invokeMethodAsync('OnCancelKey');
  }
}
