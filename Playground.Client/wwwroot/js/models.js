// Sends a model to the server: a zip as it is, a folder as a form with the files that a model has.
// What else is in the folder is only named.
import { listen } from './files.js';

const ENDPOINT = '/api/v1/models';
const TELL_EVERY = 250;
const WANTED = ['model_index.json', 'config.json', 'scheduler_config.json', 'README.md', 'playground.json', 'samples.png',
  'diffusion_pytorch_model.safetensors', 'diffusion_pytorch_model.fp16.safetensors'];
// Of a model that reads text: its tokenizer, and its text encoder's weights, in variants and shards.
const WANTED_PATTERNS = [/(^|\/)tokenizer\/(vocab|tokenizer_config|special_tokens_map|added_tokens)\.json$/,
  /(^|\/)tokenizer\/merges\.txt$/, /(^|\/)(unet|vae|text_encoder)\/[\w.-]+\.(safetensors|json)$/];
const MAX_NAMED = 1000;
let page, limit, texts, request, told, unlisten;

// The sentences are by name: TooLarge, Lost, NoReason.
export function attach(dropZone, fileInput, folderInput, dotnet, maxBytes, sentences) {
  [page, limit, texts] = [dotnet, maxBytes, sentences];
  unlisten = listen(dropZone, [fileInput, folderInput], send, problem => page?.invokeMethodAsync('OnProblem', problem));
  dropZone.dataset.ready = '';
}

export function detach() {
  page = null;
  request?.abort();
  unlisten?.();
}

export function cancel() {
  request?.abort();
}

function send(files) {
  if (request || files.length === 0) return;
  const wanted = files.filter(isWanted);
  const [body, query] = files.length === 1 ? [files[0].file, `?file=${encodeURIComponent(files[0].file.name)}`] : [form(files, wanted), ''];
  const size = (files.length === 1 ? files : wanted).reduce((sum, f) => sum + f.file.size, 0);
  if (size > limit) {
    page.invokeMethodAsync('OnProblem', say('TooLarge', size.toLocaleString('en'), limit.toLocaleString('en')));
    return;
  }
  request = new XMLHttpRequest();
  request.open('POST', ENDPOINT + query);
  request.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
  request.setRequestHeader('Prefer', 'wait=600');
  if (files.length === 1) request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.upload.onprogress = e => tell(e.loaded, e.total);
  request.upload.onload = e => tell(e.loaded, e.loaded);
  request.onload = () => end(request.status === 201 ? imported : refused);
  request.onerror = () => end(() => page?.invokeMethodAsync('OnProblem', texts.Lost));
  request.onabort = () => end(() => page?.invokeMethodAsync('OnProblem', null));
  told = 0;
  tell(0, Math.max(size, 1));
  request.send(body);
}

const say = (key, ...values) => texts[key].replace(/\{(\d)\}/g, (_, n) => values[n]);

const isWanted = ({ path }) => WANTED.includes(path.split('/').at(-1)) || WANTED_PATTERNS.some(p => p.test(path));

function form(files, wanted) {
  const data = new FormData();
  for (const { path, file } of wanted) data.append('file', file, path);
  for (const { path } of files.filter(f => !wanted.includes(f)).slice(0, MAX_NAMED)) data.append('absent', path);
  return data;
}

function tell(sent, total) {
  const now = performance.now();
  if (sent < total && now - told < TELL_EVERY) return;
  told = now;
  page?.invokeMethodAsync('OnProgress', sent, total);
}

function end(then) {
  const done = request;
  request = null;
  then(done);
}

function imported(done) {
  const { model, leftOut } = JSON.parse(done.responseText);
  page?.invokeMethodAsync('OnImported', model.name, leftOut);
}

function refused(done) {
  let detail;
  try {
    detail = JSON.parse(done.responseText).detail;
  } catch {
    // Something between here and the server answered.
  }
  page?.invokeMethodAsync('OnProblem', detail ?? say('NoReason', done.status));
}
