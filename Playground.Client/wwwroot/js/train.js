// Watches a training: its state goes to the page, its curve to the charts.
import { createCharts } from './curve.js';

const RETRY_MS = 3000, LOOK_MS = 1000;
let page, id, charts, connection, subscription, sequence, timer, wanted;

export async function attach(element, dotnet, trainingId, texts) {
  page = dotnet;
  id = trainingId;
  sequence = 0;
  charts = createCharts(element, texts);
  look();
  // A training outlasts any break of the connection, so the attempts go on.
  connection = new signalR.HubConnectionBuilder().withUrl('/hubs/frames')
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => RETRY_MS }).build();
  connection.onreconnected(subscribe);
  await connect();
  element.dataset.ready = '';
}

export async function detach() {
  clearTimeout(timer);
  subscription?.dispose();
  const old = connection;
  connection = null;
  await old?.stop();
  charts?.destroy();
}

// Shows the curves of other trainings beside this one's.
export async function compare(runs) {
  const rows = await Promise.all(runs.map(run => fetch(`/api/v1/trainings/${run.id}/curve`).then(r => r.ok ? r.json() : [])));
  charts.compare(runs.map((run, i) => ({ name: run.name, rows: rows[i] })));
}

async function connect() {
  while (connection?.state === signalR.HubConnectionState.Disconnected) {
    try {
      await connection.start();
      subscribe();
    } catch {
      await new Promise(resolve => setTimeout(resolve, RETRY_MS));
    }
  }
}

function subscribe() {
  subscription?.dispose();
  subscription = connection.stream('Watch', id, sequence).subscribe({
    next: event => {
      sequence = event.job.sequence;
      page.invokeMethodAsync('OnJob', event.job);
      wanted = true;
      timer ??= setTimeout(look, LOOK_MS);
    },
    error: e => connection?.state === signalR.HubConnectionState.Connected && page.invokeMethodAsync('OnProblem', e.message),
    complete: () => {},
  });
}

async function look() {
  timer = null;
  wanted = false;
  try {
    const response = await fetch(`/api/v1/trainings/${id}/curve?after=${charts.last()}`);
    if (response.ok) charts.add(await response.json());
  } catch {
    wanted = true;
  }
  if (wanted && connection) timer ??= setTimeout(look, LOOK_MS);
}
