// Uploads for data sets by tus. They go on while the visitor looks at other pages of the application, outlast lost connections,
// and are gone on with after a reload when the same files are chosen again: the server knows how far each one is.
import { listen } from './files.js';
import { tarOf } from './tar.js';

const ENDPOINT = '/api/v1/uploads';
const DATASETS = '/api/v1/datasets';
const CHUNK = 16 * 1024 * 1024;
const RETRIES = [0, 1000, 3000, 5000, 10000, 20000];
const TELL_EVERY = 250;
const jobs = new Map();
let page, texts, unlisten, told = 0, tusLoaded;

// The sentences are by name: NoFiles, NameAndMore, ServerAnswered, Lost, Unnamed.
export async function attach(dropZone, filesInput, folderInput, dotnet, sentences) {
  detach();
  page = dotnet;
  texts = sentences;
  unlisten = listen(dropZone, [filesInput, folderInput], begin, problem => page?.invokeMethodAsync('OnProblem', problem));
  await loadTus();
  tell(true);
  dropZone.dataset.ready = '';
}

export function detach() {
  page = null;
  unlisten?.();
}

export function pause(key) {
  const job = jobs.get(key);
  if (!job) return;
  job.state = 'paused';
  job.upload?.abort();
  tell(true);
}

export function resume(key) {
  const job = jobs.get(key);
  if (job && job.state !== 'sending') run(job);
}

export async function cancel(key) {
  const job = jobs.get(key);
  if (!job) return;
  jobs.delete(key);
  tell(true);
  try {
    await job.upload?.abort(true);
  } catch {
    // Not begun yet, or gone on the server already.
  }
  if (job.dataset) await fetch(`${DATASETS}/${job.dataset}`, { method: 'DELETE' });
  page?.invokeMethodAsync('OnChanged');
}

window.addEventListener('online', () => [...jobs.values()].filter(j => j.state === 'lost').forEach(run));
window.addEventListener('beforeunload', e => [...jobs.values()].some(j => j.state === 'sending') && e.preventDefault());

// Archives go as they are; everything else together as one tar.
function begin(files) {
  if (files.length === 0) {
    page?.invokeMethodAsync('OnProblem', texts.NoFiles);
    return;
  }
  const isArchive = ({ path }) => /\.(zip|tar|tgz|tar\.gz)$/i.test(path);
  const archives = files.filter(isArchive);
  const loose = files.filter(f => !isArchive(f));
  const parts = archives.map(({ file }) => ({ name: file.name, blob: file, print: `${file.name}-${file.size}-${file.lastModified}` }));
  if (loose.length === 1) {
    const [{ file, path }] = loose;
    parts.push({ name: file.name, blob: file, print: `${path}-${file.size}-${file.lastModified}` });
  }
  else if (loose.length > 1) parts.push({ name: 'files.tar', blob: tarOf(loose), print: digest(loose) });
  const total = parts.reduce((sum, p) => sum + p.blob.size, 0);
  const job = { key: crypto.randomUUID(), name: nameOf(files), parts, index: 0, sent: 0, total, state: 'sending', speed: 0 };
  jobs.set(job.key, job);
  run(job);
}

function nameOf(files) {
  const tops = new Set(files.map(f => f.path.split('/')[0]));
  const endings = /\.(zip|tar|tgz|tar\.gz|png|jpe?g|webp|gif|tiff?|avif)$/i;
  const first = [...tops][0].replace(endings, '');
  const name = tops.size === 1 ? first : say('NameAndMore', first.slice(0, 70), tops.size - 1);
  return name.slice(0, 100) || texts.Unnamed;
}

// Which files these are, without reading them: FNV-1a over paths, lengths and times.
function digest(files) {
  let hash = 0x811c9dc5;
  for (const { path, file } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1)))
    for (const c of `${path}|${file.size}|${file.lastModified};`) hash = Math.imul(hash ^ c.codePointAt(0), 0x01000193) >>> 0;
  return `folder-${files.length}-${hash}`;
}

async function run(job) {
  job.state = 'sending';
  job.problem = null;
  job.since = [performance.now(), job.sent];
  tell(true);
  try {
    for (; job.index < job.parts.length; job.index++) if (!(await send(job, job.parts[job.index]))) return;
    await call('POST', `${DATASETS}/${job.dataset}/inspection`);
    jobs.delete(job.key);
    tell(true);
    page?.invokeMethodAsync('OnUploaded', job.dataset);
  } catch (error) {
    job.state = error.isLost ? 'lost' : 'failed';
    job.problem = error.message;
    tell(true);
    if (error.isLost) setTimeout(() => job.state === 'lost' && jobs.has(job.key) && run(job), 10000);
  }
}

// False when it was paused or cancelled.
async function send(job, part) {
  const before = job.parts.slice(0, job.index).reduce((sum, p) => sum + p.blob.size, 0);
  const upload = new tus.Upload(part.blob, {
    endpoint: ENDPOINT,
    chunkSize: CHUNK,
    retryDelays: RETRIES,
    removeFingerprintOnSuccess: true,
    onShouldRetry: error => isPassing(error.originalResponse?.getStatus() ?? 0),
    fingerprint: async () => `playground-${part.print}`,
    onProgress: sent => progress(job, before + sent),
  });
  job.upload = upload;
  const previous = await goOn(upload, job);
  if (!job.dataset) job.dataset = (await call('POST', DATASETS, { name: job.name })).id;
  upload.options.metadata = { filename: part.name, dataset: job.dataset };
  if (previous) upload.resumeFromPreviousUpload(previous);
  if (job.state !== 'sending') return false;
  return await new Promise((done, fail) => {
    upload.options.onSuccess = () => done(true);
    upload.options.onError = error => fail(explain(error));
    const abort = upload.abort.bind(upload);
    upload.abort = async terminate => {
      await abort(terminate);
      done(false);
    };
    upload.start();
  });
}

// An upload of the same files to a draft that is still there.
async function goOn(upload, job) {
  const found = (await upload.findPreviousUploads()).sort((a, b) => b.creationTime.localeCompare(a.creationTime));
  for (const previous of found) {
    const dataset = previous.metadata?.dataset;
    if (!dataset || (job.dataset && job.dataset !== dataset)) continue;
    const answer = await fetch(`${DATASETS}/${dataset}`);
    if (answer.ok && ['draft', 'uploading'].includes((await answer.json()).status)) {
      job.dataset = dataset;
      return previous;
    }
  }
  return null;
}

function progress(job, sent) {
  const now = performance.now();
  const [time, at] = job.since;
  if (now - time > 1000) {
    const speed = ((sent - at) / (now - time)) * 1000;
    job.speed = job.speed ? 0.6 * job.speed + 0.4 * speed : speed;
    job.since = [now, sent];
  }
  job.sent = sent;
  tell(false);
}

async function call(method, address, body) {
  let answer;
  try {
    const content = body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {};
    answer = await fetch(address, { method, ...content });
  } catch {
    throw lost();
  }
  const text = await answer.text();
  const value = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error(value?.detail ?? say('ServerAnswered', answer.status));
  return value;
}

function explain(error) {
  const answer = error.originalResponse;
  if (!answer || isPassing(answer.getStatus())) return lost();
  try {
    return new Error(JSON.parse(answer.getBody()).detail);
  } catch {
    return new Error(say('ServerAnswered', answer.getStatus()));
  }
}

// No answer, a pause that was too long, another connection that the server has not given up yet, or a server in trouble other than
// a full disk.
const isPassing = status => status === 0 || [408, 409, 423, 429].includes(status) || (status >= 500 && status !== 507);
const lost = () => Object.assign(new Error(texts.Lost), { isLost: true });

const say = (key, ...values) => texts[key].replace(/\{(\d)\}/g, (_, n) => values[n]);

function tell(now) {
  if (!page || (!now && performance.now() - told < TELL_EVERY)) return;
  told = performance.now();
  const views = [...jobs.values()].map(j => ({
    key: j.key, name: j.name, dataset: j.dataset ?? null, state: j.state, problem: j.problem ?? null,
    sent: Math.round(j.sent), total: j.total,
    speed: j.state === 'sending' ? j.speed : 0,
  }));
  page.invokeMethodAsync('OnUploads', views);
}

function loadTus() {
  return (tusLoaded ??= new Promise((done, fail) => {
    const script = document.createElement('script');
    script.src = import.meta.resolve('../lib/tus.min.js');
    script.onload = done;
    script.onerror = () => fail(new Error('tus.min.js could not be loaded.'));
    document.head.append(script);
  }));
}
